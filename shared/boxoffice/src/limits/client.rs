//! Who asks: the address of the client, or what a proxy that is believed says it is.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use axum::http::HeaderMap;

/// The header in which proxies say for whom they ask, the nearest last.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// Those for whom there is no bucket of their own.
pub(super) const EVERYBODY: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// The client behind `peer`. None for somebody on this machine whom no proxy speaks for: the
/// kiosk's own screen, or an operator.
pub(super) fn address(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let peer = peer.to_canonical();
    if proxies.contains(&peer)
        && let Some(client) = forwarded_for(headers, proxies)
    {
        return Some(client);
    }
    (!peer.is_loopback()).then_some(peer)
}

/// The last address that is not a proxy's own: what stands before it anybody can write.
fn forwarded_for(headers: &HeaderMap, proxies: &[IpAddr]) -> Option<IpAddr> {
    let lines = headers.get_all(FORWARDED_FOR).iter().rev();
    let named = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
    for name in named {
        let address: IpAddr = name.trim().parse().ok()?;
        let address = address.to_canonical();
        if !proxies.contains(&address) {
            return Some(address);
        }
    }
    None
}

/// One household or device has a whole network of IPv6 addresses.
pub(super) fn known_as(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(peer: &str, forwarded: &[&str], proxies: &[&str], expected: Option<&str>) {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        let proxies: Vec<IpAddr> = proxies.iter().map(|it| ip(it)).collect();
        let client = address(ip(peer), &headers, &proxies);
        assert_eq!(client, expected.map(ip), "{peer} {forwarded:?}");
    }

    #[test]
    fn a_client_speaks_for_itself_unless_a_known_proxy_does() {
        let proxies = &["127.0.0.1", "10.0.0.9"];
        check("203.0.113.5", &[], &[], Some("203.0.113.5"));
        check(
            "203.0.113.5",
            &["198.51.100.1"],
            proxies,
            Some("203.0.113.5"),
        );
        check(
            "127.0.0.1",
            &["198.51.100.1"],
            proxies,
            Some("198.51.100.1"),
        );
        check(
            "::ffff:10.0.0.9",
            &["198.51.100.1"],
            proxies,
            Some("198.51.100.1"),
        );
    }

    #[test]
    fn what_a_client_writes_itself_into_the_header_is_not_believed() {
        let proxies = &["127.0.0.1", "10.0.0.9"];
        let lines = &["192.0.2.7, 198.51.100.1, 10.0.0.9"];
        check("127.0.0.1", lines, proxies, Some("198.51.100.1"));
        let lines = &["192.0.2.7", "198.51.100.1"];
        check("127.0.0.1", lines, proxies, Some("198.51.100.1"));
    }

    #[test]
    fn who_is_on_this_machine_is_not_counted() {
        check("127.0.0.1", &[], &[], None);
        check("::1", &["198.51.100.1"], &[], None);
        check("127.0.0.1", &["nonsense"], &["127.0.0.1"], None);
        check("10.0.0.9", &["nonsense"], &["10.0.0.9"], Some("10.0.0.9"));
    }

    #[test]
    fn one_household_is_one_client() {
        let known = |text: &str| known_as(text.parse().unwrap());
        assert_eq!(known("2001:db8:1:2::5"), known("2001:db8:1:2:ffff::9"));
        assert_ne!(known("2001:db8:1:2::5"), known("2001:db8:1:3::5"));
    }
}
