// What surrounds every screen: where this is, whether the hub can be reached, the display
// tools, and the question whether anybody is still there.

import { Blank, theaterName, useLanguage, type KioskStanding, type KioskView } from '@moding/ui';
import { useEffect, useRef, useState } from 'react';
import { Outlet, useLocation } from 'react-router';

import { useDisplay } from '../display';
import { useKiosk } from '../kiosk';
import { useIdle, type IdleMode } from '../use-idle';
import { useEndVisit } from '../use-visit';
import { IdleQuestion } from './IdleQuestion';
import { NotSelling } from './NotSelling';
import { StatusLine } from './StatusLine';
import { Tools } from './Tools';
import styles from './frame.module.css';

/** A screen says whether the visit may end by itself: not while a card is being charged, and
 * only after a while for somebody who looks at a phone. */
export type Busy = 'busy' | 'waiting' | 'free';

export interface FrameContext {
  setBusy: (busy: Busy) => void;
}

export function Frame() {
  const { language, t } = useLanguage();
  const { view, server } = useKiosk();
  const { assisted } = useDisplay();
  const { pathname } = useLocation();
  const [busy, setBusy] = useState<Busy>('free');
  const endVisit = useEndVisit();
  const attract = pathname === '/';
  const idle = useIdle(idleMode(attract, busy, assisted), endVisit);
  const main = useRef<HTMLElement | null>(null);
  useArrival(main, pathname);
  const closed = server === 'answers' ? closedAt(view, pathname) : null;
  return (
    <div className={styles.frame} data-attract={attract ? '' : undefined}>
      <div className={styles.above} aria-hidden="true">
        <span>{t('brand.name')}</span>
      </div>
      <header className={styles.header}>
        <p className={styles.brand}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M4 25V8l12 9 12-9v17" />
          </svg>
          {view?.theater ? theaterName(view.theater, language) : t('brand.name')}
        </p>
        <Clock />
      </header>
      <StatusLine />
      <main ref={main} tabIndex={-1} className={styles.main}>
        {closed ? (
          <NotSelling standing={closed} />
        ) : server === 'silent' ? (
          <div role="alert">
            <Blank title={t('kiosk.resting')}>{t('kiosk.resting_detail')}</Blank>
          </div>
        ) : (
          <Outlet context={{ setBusy } satisfies FrameContext} />
        )}
      </main>
      <Tools atStart={attract ? 'yes' : 'no'} locked={busy === 'busy' ? 'yes' : 'no'} onEnd={endVisit} />
      {idle.left === null ? null : <IdleQuestion left={idle.left} onGoOn={idle.goOn} />}
    </div>
  );
}

/** What works although nothing is sold: bookings are found, a payment comes to its end. */
const ALWAYS_OPEN = ['/bookings', '/orders/', '/phone/', '/staff'];

function closedAt(view: KioskView | null, pathname: string): Exclude<KioskStanding, 'selling'> | null {
  const standing = view?.standing ?? 'selling';
  const open = standing === 'selling' || ALWAYS_OPEN.some((path) => pathname.startsWith(path));
  return open ? null : standing;
}

function idleMode(attract: boolean, busy: Busy, assisted: 'yes' | 'no'): IdleMode {
  if (busy === 'busy') {
    return 'off';
  }
  // On the attract screen somebody may have left the display changed.
  if (attract && assisted === 'no') {
    return 'off';
  }
  return assisted === 'yes' || busy === 'waiting' ? 'patient' : 'on';
}

/** A new screen begins on top, with the focus at its beginning. */
function useArrival(main: React.RefObject<HTMLElement | null>, pathname: string): void {
  useEffect(() => {
    main.current?.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [main, pathname]);
}

const clock = new Intl.DateTimeFormat('ko-KR', {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

function Clock() {
  const [now, setNow] = useState(() => clock.format(Date.now()));
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(clock.format(Date.now()));
    }, 1_000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return <time className={styles.clock}>{now}</time>;
}
