//! What a terminal promises, above all after its answer or its kiosk was lost.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use domain::order::NotCharged;
use domain::time::Timestamp;
use process::clock::ManualClock;
use process::ids::{Ids as _, SeededIds};
use tokio::task::{JoinHandle, yield_now};

use super::*;

const NOW: Timestamp = Timestamp(1_795_392_000_000);
const PRICE: Won = Won(15_000);
/// More turns of the executor than any test needs before the terminal waits.
const TURNS_MAX: u32 = 10_000;

fn order(seed: u64) -> OrderId {
    OrderId(SeededIds::new(seed).uuid(NOW))
}

fn request(order: OrderId) -> AuthorizeRequest {
    AuthorizeRequest {
        order,
        amount: PRICE,
    }
}

fn open_with(
    folder: &Path,
    customer_wait: Duration,
    auto: Option<SimulatedCard>,
) -> Result<SimulatedTerminal, JournalError> {
    let setup = Setup {
        journal: folder.join("terminal.jsonl"),
        customer_wait,
        auto,
    };
    SimulatedTerminal::open(&setup, Arc::new(ManualClock::new(NOW)))
}

fn open(folder: &Path) -> SimulatedTerminal {
    open_with(folder, CUSTOMER_WAIT_DEFAULT, None).unwrap()
}

fn open_auto(folder: &Path, card: SimulatedCard) -> SimulatedTerminal {
    open_with(folder, CUSTOMER_WAIT_DEFAULT, Some(card)).unwrap()
}

type Answer = Result<Approval, AuthorizeError>;

/// Starts to pay `order` and returns once the terminal waits for the card.
async fn begin(terminal: &SimulatedTerminal, order: OrderId) -> JoinHandle<Answer> {
    let paying = terminal.clone();
    let answer = tokio::spawn(async move { paying.authorize(request(order)).await });
    for _ in 0..TURNS_MAX {
        if terminal.waiting() == Some(order) {
            return answer;
        }
        yield_now().await;
    }
    panic!("the terminal does not wait for the card");
}

async fn pay(terminal: &SimulatedTerminal, order: OrderId, card: SimulatedCard) -> Answer {
    let answer = begin(terminal, order).await;
    terminal.present_card(order, card).unwrap();
    answer.await.unwrap()
}

fn declined(reason: DeclineReason) -> Answer {
    Err(Rejection::Declined { reason }.into())
}

#[tokio::test]
async fn an_approved_card_is_charged_once_however_often_it_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open(folder.path());
    let approval = pay(&terminal, order(1), SimulatedCard::Approve)
        .await
        .unwrap();
    assert_eq!(approval.approval_no, "00000001");
    assert_eq!((approval.approved_at, approval.amount), (NOW, PRICE));
    assert_eq!(
        terminal.authorize(request(order(1))).await,
        Ok(approval.clone())
    );
    assert_eq!(terminal.query(order(1)).await, Ok(Some(approval)));
    let next = pay(&terminal, order(2), SimulatedCard::Approve)
        .await
        .unwrap();
    assert_eq!(next.approval_no, "00000002");
}

#[tokio::test]
async fn a_refused_or_absent_card_is_not_charged_and_may_try_again() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open(folder.path());
    let refused = pay(&terminal, order(1), SimulatedCard::Decline).await;
    assert_eq!(refused, declined(DeclineReason::IssuerRefused));
    let absent = pay(&terminal, order(1), SimulatedCard::TimeOut).await;
    assert_eq!(absent, Err(Rejection::TimedOut.into()));
    assert_eq!(terminal.query(order(1)).await, Ok(None));
    assert!(
        pay(&terminal, order(1), SimulatedCard::Approve)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_customer_who_never_comes_is_not_charged() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open_with(folder.path(), Duration::ZERO, None).unwrap();
    let answer = terminal.authorize(request(order(1))).await;
    assert_eq!(answer, Err(Rejection::TimedOut.into()));
    assert_eq!(
        terminal.present_card(order(1), SimulatedCard::Approve),
        Err(NotWaiting)
    );
    assert_eq!(terminal.query(order(1)).await, Ok(None));
}

#[tokio::test]
async fn a_customer_who_gives_up_is_not_charged() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open(folder.path());
    let answer = begin(&terminal, order(1)).await;
    terminal.cancel_waiting(order(2)).await;
    assert_eq!(terminal.waiting(), Some(order(1)));
    terminal.cancel_waiting(order(1)).await;
    assert_eq!(
        terminal.present_card(order(1), SimulatedCard::Approve),
        Err(NotWaiting)
    );
    assert_eq!(
        answer.await.unwrap(),
        Err(Rejection::CancelledByCustomer.into())
    );
    assert_eq!(terminal.query(order(1)).await, Ok(None));
}

#[tokio::test]
async fn a_card_that_was_faster_than_giving_up_is_charged() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open(folder.path());
    let answer = begin(&terminal, order(1)).await;
    terminal
        .present_card(order(1), SimulatedCard::Approve)
        .unwrap();
    terminal.cancel_waiting(order(1)).await;
    assert!(answer.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_second_customer_finds_the_terminal_busy() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open(folder.path());
    let answer = begin(&terminal, order(1)).await;
    let busy = Err(AuthorizeError::from(Rejection::Busy));
    assert_eq!(terminal.authorize(request(order(2))).await, busy);
    assert_eq!(terminal.authorize(request(order(1))).await, busy);
    assert_eq!(
        terminal.present_card(order(2), SimulatedCard::Approve),
        Err(NotWaiting)
    );
    // Not yet "nothing charged": the card may still come.
    assert_eq!(terminal.query(order(1)).await, Err(Unreachable));
    terminal
        .present_card(order(1), SimulatedCard::Approve)
        .unwrap();
    assert!(answer.await.unwrap().is_ok());
    assert!(
        pay(&terminal, order(2), SimulatedCard::Approve)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_caller_who_goes_away_frees_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open(folder.path());
    let answer = begin(&terminal, order(1)).await;
    answer.abort();
    assert!(answer.await.unwrap_err().is_cancelled());
    assert_eq!(terminal.query(order(1)).await, Ok(None));
    assert!(
        pay(&terminal, order(2), SimulatedCard::Approve)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_lost_answer_is_found_by_asking_even_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open(folder.path());
    let answer = pay(&terminal, order(1), SimulatedCard::LoseAnswer).await;
    assert_eq!(answer, Err(AuthorizeError::AnswerLost));
    let approval = terminal.query(order(1)).await.unwrap().unwrap();
    drop(terminal);
    let terminal = open(folder.path());
    assert_eq!(terminal.query(order(1)).await, Ok(Some(approval.clone())));
    assert_eq!(terminal.authorize(request(order(1))).await, Ok(approval));
}

#[tokio::test]
async fn a_charge_is_taken_back_once_and_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open_auto(folder.path(), SimulatedCard::Approve);
    terminal.authorize(request(order(1))).await.unwrap();
    assert_eq!(terminal.reverse(order(1)).await, Ok(()));
    let journal = fs::read(folder.path().join("terminal.jsonl")).unwrap();
    assert_eq!(terminal.reverse(order(1)).await, Ok(()));
    assert_eq!(
        fs::read(folder.path().join("terminal.jsonl")).unwrap(),
        journal
    );
    drop(terminal);
    let terminal = open_auto(folder.path(), SimulatedCard::Approve);
    assert_eq!(terminal.query(order(1)).await, Ok(None));
    let again = terminal.authorize(request(order(1))).await;
    assert_eq!(again, declined(DeclineReason::OrderReversed));
}

#[tokio::test]
async fn a_card_that_comes_after_the_reversal_is_not_charged() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open(folder.path());
    let waiting = begin(&terminal, order(1)).await;
    terminal.reverse(order(1)).await.unwrap();
    assert_eq!(
        waiting.await.unwrap(),
        Err(Rejection::CancelledByCustomer.into())
    );
    terminal.reverse(order(2)).await.unwrap();
    let late = terminal.authorize(request(order(2))).await;
    assert_eq!(late, declined(DeclineReason::OrderReversed));
}

#[tokio::test]
async fn tests_without_hands_get_their_answer_at_once() {
    for (card, charged) in [
        (SimulatedCard::Approve, true),
        (SimulatedCard::Decline, false),
        (SimulatedCard::TimeOut, false),
        (SimulatedCard::LoseAnswer, true),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let terminal = open_auto(folder.path(), card);
        let answer = terminal.authorize(request(order(1))).await;
        assert_eq!(answer.is_ok(), card == SimulatedCard::Approve, "{card:?}");
        let known = terminal.query(order(1)).await.unwrap();
        assert_eq!(known.is_some(), charged, "{card:?}");
    }
}

#[tokio::test]
async fn nothing_is_charged_for_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open_auto(folder.path(), SimulatedCard::Approve);
    for amount in [Won(0), Won(-1)] {
        let answer = terminal
            .authorize(AuthorizeRequest {
                order: order(1),
                amount,
            })
            .await;
        assert_eq!(answer, declined(DeclineReason::AmountInvalid));
    }
}

#[tokio::test]
async fn a_line_torn_by_a_crash_never_happened() {
    let whole = tempfile::tempdir().unwrap();
    let terminal = open_auto(whole.path(), SimulatedCard::Approve);
    let first = terminal.authorize(request(order(1))).await.unwrap();
    let kept = fs::read(whole.path().join("terminal.jsonl")).unwrap();
    terminal.authorize(request(order(2))).await.unwrap();
    let full = fs::read(whole.path().join("terminal.jsonl")).unwrap();
    // Wherever the second line is torn, the first is known and the second is free again.
    for length in kept.len()..full.len() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("terminal.jsonl"), &full[..length]).unwrap();
        let terminal = open_auto(folder.path(), SimulatedCard::Approve);
        assert_eq!(terminal.query(order(1)).await, Ok(Some(first.clone())));
        assert_eq!(terminal.query(order(2)).await, Ok(None));
        assert_eq!(
            fs::read(folder.path().join("terminal.jsonl")).unwrap(),
            kept
        );
        let second = terminal.authorize(request(order(2))).await.unwrap();
        assert_eq!(second.approval_no, "00000002");
        assert_eq!(
            fs::read(folder.path().join("terminal.jsonl")).unwrap(),
            full
        );
    }
}

#[tokio::test]
async fn a_damaged_line_stops_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open_auto(folder.path(), SimulatedCard::Approve);
    terminal.authorize(request(order(1))).await.unwrap();
    drop(terminal);
    let path = folder.path().join("terminal.jsonl");
    OpenOptions::new()
        .append(true)
        .open(path)
        .unwrap()
        .write_all(b"{}\n")
        .unwrap();
    let refused = open_with(folder.path(), CUSTOMER_WAIT_DEFAULT, None)
        .err()
        .unwrap();
    assert!(
        matches!(refused, JournalError::Damaged { line: 2, .. }),
        "{refused}"
    );
}

#[tokio::test]
async fn two_terminals_cannot_share_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let _terminal = open(folder.path());
    let refused = open_with(folder.path(), CUSTOMER_WAIT_DEFAULT, None)
        .err()
        .unwrap();
    assert!(matches!(refused, JournalError::InUse { .. }), "{refused}");
}

#[tokio::test]
async fn a_terminal_that_cannot_write_knows_nothing_for_sure() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = open_auto(folder.path(), SimulatedCard::Approve);
    terminal.authorize(request(order(1))).await.unwrap();
    let journal = folder.path().join("terminal.jsonl");
    terminal.inner.state().memory.break_journal(&journal);
    assert_eq!(terminal.readiness(), Readiness::Ready);
    let answer = terminal.authorize(request(order(2))).await;
    assert_eq!(answer, Err(AuthorizeError::AnswerLost));
    assert_eq!(terminal.readiness(), Readiness::OutOfOrder);
    assert_eq!(terminal.query(order(2)).await, Err(Unreachable));
    assert_eq!(terminal.reverse(order(2)).await, Err(Unreachable));
    let next = terminal.authorize(request(order(3))).await;
    assert_eq!(next, Err(Rejection::NotReady.into()));
}

#[test]
fn what_was_not_charged_is_told_to_the_order() {
    let declined = Rejection::Declined {
        reason: DeclineReason::IssuerRefused,
    };
    assert_eq!(NotCharged::from(declined), NotCharged::Declined);
    assert_eq!(
        NotCharged::from(Rejection::CancelledByCustomer),
        NotCharged::Cancelled
    );
    assert_eq!(NotCharged::from(Rejection::TimedOut), NotCharged::TimedOut);
    assert_eq!(
        NotCharged::from(Rejection::Busy),
        NotCharged::TerminalUnavailable
    );
    assert_eq!(
        NotCharged::from(Rejection::LineDown),
        NotCharged::AcquirerUnreachable
    );
    assert_eq!(
        NotCharged::from(Rejection::NotReady),
        NotCharged::TerminalUnavailable
    );
}

#[test]
fn a_reason_is_written_as_its_code() {
    for reason in [
        DeclineReason::IssuerRefused,
        DeclineReason::AmountInvalid,
        DeclineReason::OrderReversed,
    ] {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
    }
}
