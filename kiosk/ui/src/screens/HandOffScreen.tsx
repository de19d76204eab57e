// Paying on one's own phone: the code to scan and the time that is left, then tickets or what
// to do next. Whoever walks away with the phone pays all the same.

import {
  Blank,
  Failed,
  Loading,
  Notice,
  Skeleton,
  asProblem,
  minutesSeconds,
  useAnnounce,
  useCountdown,
  useTexts,
  won,
  type HandOffView,
  type Problem,
  type TextKey,
} from '@moding/ui';
import { QRCodeSVG } from 'qrcode.react';
import { useEffect, useState } from 'react';
import { useNavigate, useOutletContext, useParams } from 'react-router';

import { useKiosk } from '../kiosk';
import type { FrameContext } from '../parts/Frame';
import { Screen } from '../parts/Screen';
import { useHandOff } from '../use-hand-off';
import { useEndVisit } from '../use-visit';
import { forgetHold } from '../visit';
import { Tickets } from './Tickets';
import styles from './screens.module.css';

/** Enough against a reflection on the screen; more would make the squares smaller. */
const CODE_LEVEL = 'M';

export function HandOffScreen() {
  const t = useTexts();
  const id = useParams()['order'] ?? '';
  const { order, problem, put } = useHandOff(id);
  const endVisit = useEndVisit();
  usePatientWhile(order);
  useSpoken(order);
  useEffect(() => {
    // The seats are the web's from here on: there is nothing to let go any more.
    forgetHold();
  }, []);
  if (!order) {
    return (
      <Screen title={t('phone.title')}>
        {problem ? (
          <Failed problem={problem} onRetry={endVisit} />
        ) : (
          <Loading>
            <Skeleton shape="row" count={3} />
          </Loading>
        )}
      </Screen>
    );
  }
  switch (order.state) {
    case 'given':
      return <Given />;
    case 'open':
      return <Open order={order} address={order.address} onChange={put} />;
    case 'paying':
      return <Paying order={order} />;
    case 'paid':
      return <Paid order={order} />;
    case 'over':
      return <Over order={order} why={order.why} />;
  }
}

/** Who looks at a phone does not touch the screen for a while. */
function usePatientWhile(order: HandOffView | null): void {
  const { setBusy } = useOutletContext<FrameContext>();
  const waiting = order === null || (order.state !== 'paid' && order.state !== 'over');
  useEffect(() => {
    setBusy(waiting ? 'waiting' : 'free');
    return () => {
      setBusy('free');
    };
  }, [waiting, setBusy]);
}

const SPOKEN: Record<HandOffView['state'], TextKey> = {
  given: 'phone.given',
  open: 'phone.spoken',
  paying: 'phone.paying',
  paid: 'kiosk.done',
  over: 'phone.over',
};

function useSpoken(order: HandOffView | null): void {
  const announce = useAnnounce();
  const t = useTexts();
  const state = order?.state;
  useEffect(() => {
    if (state !== undefined) {
      // None of these texts has a parameter; the type of a computed key cannot say so.
      announce((t as (key: TextKey) => string)(SPOKEN[state]), 'assertive');
    }
  }, [state, announce, t]);
}

/** After this the web has not answered, and the person is told what that means. */
const LONG_MS = 8_000;

function Given() {
  const t = useTexts();
  const endVisit = useEndVisit();
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setLong(true);
    }, LONG_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <Screen
      title={t('phone.given')}
      actions={
        long ? (
          <button type="button" className="button next" onClick={endVisit}>
            {t('kiosk.finish')}
          </button>
        ) : undefined
      }
    >
      <Loading>
        <Skeleton shape="row" count={3} />
      </Loading>
      {long ? (
        <Notice tone="away" live="alert" title={t('phone.no_answer')}>
          {t('phone.no_answer_detail')}
        </Notice>
      ) : null}
    </Screen>
  );
}

interface OpenProps {
  order: HandOffView;
  address: string;
  onChange: (order: HandOffView) => void;
}

function Open({ order, address, onChange }: OpenProps) {
  const { client, view } = useKiosk();
  const t = useTexts();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const giveUp = (): void => {
    setAsking(true);
    client
      .giveUpHandOff(order.order)
      .then(onChange)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      })
      .finally(() => {
        setAsking(false);
      });
  };
  return (
    <Screen
      title={t('phone.title')}
      lead={t('phone.detail')}
      actions={
        <button type="button" className="button quiet" onClick={giveUp} disabled={asking}>
          {t('phone.give_up')}
        </button>
      }
    >
      <div className={styles.terminal}>
        <div className={styles.code}>
          <QRCodeSVG value={address} level={CODE_LEVEL} marginSize={4} title={t('phone.code')} />
        </div>
        <p className={styles.amount}>{won(order.amount_won, t)}</p>
        <TimeLeft order={order} />
      </div>
      {view?.link.state === 'offline' ? (
        <Notice tone="away" live="status">
          {t('phone.away')}
        </Notice>
      ) : null}
      {problem ? <Notice tone="care" live="alert">{t(`problem.${problem.code}`)}</Notice> : null}
    </Screen>
  );
}

function TimeLeft({ order }: { order: HandOffView }) {
  const t = useTexts();
  // A new answer with the same end does not begin to count anew.
  const [span] = useState({ now: order.now, until: order.until });
  const left = useCountdown(span);
  return left === null ? null : (
    <p role="timer" className="soft">
      {t('phone.left', { time: minutesSeconds(left) })}
    </p>
  );
}

function Paying({ order }: { order: HandOffView }) {
  const t = useTexts();
  return (
    <Screen title={t('phone.paying')} lead={t('phone.paying_detail')}>
      <div className={styles.terminal}>
        <div className={styles.checking} aria-hidden="true">
          <span />
          <span />
          <span />
        </div>
        <p className={styles.amount}>{won(order.amount_won, t)}</p>
      </div>
    </Screen>
  );
}

function Paid({ order }: { order: HandOffView }) {
  const t = useTexts();
  const endVisit = useEndVisit();
  return order.state === 'paid' ? (
    <Screen
      title={t('kiosk.done')}
      lead={t('kiosk.done_detail')}
      actions={
        <button type="button" className="button next" onClick={endVisit}>
          {t('kiosk.finish')}
        </button>
      }
    >
      <Tickets booking={order.booking} />
    </Screen>
  ) : null;
}

type End = Extract<HandOffView, { state: 'over' }>['why'];

function Over({ order, why }: { order: HandOffView; why: End }) {
  const t = useTexts();
  const navigate = useNavigate();
  const endVisit = useEndVisit();
  return (
    <Screen
      title={t('phone.over')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={endVisit}>
            {t('kiosk.pay_give_up')}
          </button>
          <button
            type="button"
            className="button next"
            onClick={() => void navigate(`/screenings/${order.screening}`, { replace: true })}
          >
            {t('hold.choose_again')}
          </button>
        </>
      }
    >
      <Blank title={t(`phone.over.${why}`)} />
    </Screen>
  );
}
