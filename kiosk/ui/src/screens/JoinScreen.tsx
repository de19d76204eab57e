// Joining one campaign: how many tickets, a phone number if one likes, and how to pay.

import {
  Failed,
  Loading,
  Notice,
  Refusal,
  Skeleton,
  asProblem,
  digitsOf,
  ViewersNote,
  useLanguage,
  useLiveTopics,
  useResource,
  won,
  type CampaignHere,
  type Problem,
  type TenderKind,
  type ViewersChanged,
} from '@moding/ui';
import { useCallback, useState } from 'react';
import { useNavigate, useParams } from 'react-router';

import { useKiosk } from '../kiosk';
import { Keypad } from '../parts/Keypad';
import { Screen } from '../parts/Screen';
import { CampaignFacts } from './CampaignsScreen';
import styles from './screens.module.css';

const PHONE_DIGITS = 11;
const TICKETS_MAX = 10;

export function JoinScreen() {
  const { client } = useKiosk();
  const { t } = useLanguage();
  const id = Number(useParams()['campaign'] ?? 0);
  const { resource, reload } = useResource(
    'campaigns',
    (signal) => client.campaigns(signal),
    'fresh',
  );
  const campaign =
    resource.state === 'ready' ? resource.value.find((each) => each.campaign === id) : undefined;
  if (campaign) {
    return <Join campaign={campaign} />;
  }
  return (
    <Screen title={t('join.which')}>
      {resource.state === 'failed' ? (
        <Failed problem={resource.problem} onRetry={reload} />
      ) : resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="row" count={3} />
        </Loading>
      ) : (
        <Notice tone="care" live="status">
          {t('join.not_now')}
        </Notice>
      )}
    </Screen>
  );
}

function Join({ campaign }: { campaign: CampaignHere }) {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const { view } = useKiosk();
  const [tickets, setTickets] = useState(1);
  const { phone, press, erase, clear } = usePhone();
  const { pay, asking, problem } = useJoining(campaign.campaign, tickets, phone);
  const open = campaign.takes_pledges && campaign.left_here > 0;
  const noCard = view?.terminal.ready === false;
  const amount = won(campaign.price_won * tickets, t);
  const wrongPhone = phone !== '' && phone.length < PHONE_DIGITS - 1;
  return (
    <Screen
      title={t('join.tickets')}
      actions={
        <>
          <button type="button" className="button quiet" onClick={() => void navigate('/campaigns')}>
            {t('kiosk.back')}
          </button>
          {view?.desk === true ? (
            <button
              type="button"
              className={noCard ? 'button next' : 'button quiet'}
              disabled={asking || !open || wrongPhone}
              onClick={() => {
                pay('cash');
              }}
            >
              {t('join.pay_desk')}
            </button>
          ) : null}
          <button
            type="button"
            className={noCard ? 'button quiet' : 'button next'}
            disabled={asking || !open || wrongPhone || noCard}
            onClick={() => {
              pay('card');
            }}
          >
            {asking ? t('kiosk.pay_starting') : t('join.pay_card', { amount })}
          </button>
        </>
      }
    >
      <div className={styles.campaign}>
        <CampaignFacts campaign={campaign} />
        <Viewers campaign={campaign.campaign} />
      </div>
      {open ? null : (
        <div className={styles.note}>
          <Notice tone="care" live="status">
            {t('join.not_now')}
          </Notice>
        </div>
      )}
      {problem ? <Refusal problem={problem} /> : null}
      <Count tickets={tickets} left={campaign.left_here} onChoose={setTickets} />
      <p className="soft">{t('join.rules')}</p>
      <h2 id="phone">{t('join.phone')}</h2>
      <p className="soft">{t('join.phone_detail')}</p>
      <output className={styles.typed} aria-labelledby="phone">
        {phone || '·'}
      </output>
      <Keypad onPress={press} onErase={erase} onClear={clear} />
    </Screen>
  );
}

/** Who stands here is one of them. */
function Viewers({ campaign }: { campaign: number }) {
  const [viewers, setViewers] = useState<number | null>(null);
  const stream = useLiveTopics([`campaign:${campaign}`], {
    viewers: (data) => {
      setViewers((data as ViewersChanged).viewers);
    },
  });
  return <ViewersNote viewers={stream === 'lost' ? null : viewers} />;
}

interface CountProps {
  tickets: number;
  left: number;
  onChoose: (tickets: number) => void;
}

function Count({ tickets, left, onChoose }: CountProps) {
  const { t } = useLanguage();
  const counts = Array.from({ length: TICKETS_MAX }, (_, at) => at + 1);
  return (
    <div role="group" aria-label={t('join.tickets')} className={styles.doubts}>
      {counts.map((count) => (
        <button
          key={count}
          type="button"
          aria-pressed={count === tickets}
          disabled={count > left}
          onClick={() => {
            onChoose(count);
          }}
        >
          {t('join.count', { count })}
        </button>
      ))}
    </div>
  );
}

function usePhone() {
  const [phone, setPhone] = useState('');
  const press = useCallback((digit: string) => {
    setPhone((before) => digitsOf(before + digit).slice(0, PHONE_DIGITS));
  }, []);
  const erase = useCallback(() => {
    setPhone((before) => before.slice(0, -1));
  }, []);
  const clear = useCallback(() => {
    setPhone('');
  }, []);
  return { phone, press, erase, clear };
}

function useJoining(campaign: number, tickets: number, phone: string) {
  const { client } = useKiosk();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const pay = (kind: TenderKind): void => {
    setAsking(true);
    setProblem(null);
    client
      .join(campaign, { tickets, kind, phone: phone === '' ? null : phone })
      .then((payment) => navigate(`/orders/${payment.order}`, { replace: true }))
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setAsking(false);
      });
  };
  return { pay, asking, problem };
}
