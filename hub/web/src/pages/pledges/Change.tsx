// Raising, lowering and withdrawing a pledge, until the deadline. What is raised is paid, what
// is lowered goes back.

import {
  Refusal,
  asProblem,
  dayAndClock,
  titleOf,
  useAnnounce,
  useLanguage,
  won,
  type BankAccount,
  type PledgeView,
  type Problem,
  type Translate,
} from '@moding/ui';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { useHub } from '../../hub';
import { AccountFields } from '../../parts/AccountFields';
import { Ask } from '../../parts/Ask';
import { TicketCount } from '../../parts/TicketCount';
import { NO_ACCOUNT, accountOf } from '../../parts/account';
import { noteOrder } from '../../recent-orders';
import { rememberOrder } from '../../visit';
import type { Arrival } from '../pay/arrival';
import { changeOf, type Change as Changed } from './change';
import styles from './pledges.module.css';

const TO_PAY: Arrival = { come: 'to_pay' };

interface ChangeProps {
  pledge: PledgeView;
  phone: string;
  onChange: (pledge: PledgeView) => void;
}

export function Change({ pledge, phone, onChange }: ChangeProps) {
  const { language, t } = useLanguage();
  const [wished, setWished] = useState(pledge.tickets);
  const [typed, setTyped] = useState(NO_ACCOUNT);
  const account = pledge.refund_to_account ? accountOf(typed) : null;
  const missing = pledge.refund_to_account && account === null;
  const steps = useSteps({ pledge, phone, onChange, account });
  const { campaign, tickets } = pledge;
  const most = Math.min(campaign.rules.tickets_max, tickets + campaign.left);
  const change = changeOf(tickets, wished, campaign.offer?.price_won ?? 0);
  const amount = won(change.amount_won, t);
  return (
    <section className={styles.change} aria-labelledby="change">
      <div>
        <h2 id="change">{t('pledge.change')}</h2>
        {campaign.offer ? (
          <p className="faint">
            {t('pledge.change_until', { time: dayAndClock(campaign.offer.deadline, language) })}
          </p>
        ) : null}
      </div>
      <TicketCount
        label={t('pledge.tickets')}
        count={wished}
        least={1}
        most={Math.max(most, tickets)}
        onCount={setWished}
      />
      {pledge.refund_to_account ? (
        <AccountFields typed={typed} missing={missing} onChange={setTyped} />
      ) : null}
      {steps.problem ? <Refusal problem={steps.problem} /> : null}
      <button
        type="button"
        className={change.kind === 'raise' ? 'button next' : 'button quiet'}
        disabled={
          change.kind === 'same' ||
          (change.kind === 'lower' && missing) ||
          steps.state === 'asking'
        }
        onClick={() => {
          if (change.kind === 'raise') {
            steps.raise(change.tickets);
          } else {
            steps.lower(wished);
          }
        }}
      >
        {labelOf(change, amount, t)}
      </button>
      <Ask
        action={t('pledge.withdraw')}
        disabled={missing}
        title={t('pledge.withdraw_ask')}
        yes={t('pledge.withdraw_yes')}
        no={t('pledge.withdraw_no')}
        onYes={steps.withdraw}
      >
        {t('pledge.withdraw_detail', { count: tickets, amount: won(pledge.amount_won, t) })}
      </Ask>
    </section>
  );
}

function labelOf(change: Changed, amount: string, t: Translate): string {
  switch (change.kind) {
    case 'same':
      return t('pledge.same');
    case 'raise':
      return t('pledge.raise', { count: change.tickets, amount });
    case 'lower':
      return t('pledge.lower', { count: change.tickets, amount });
  }
}

interface Steps {
  state: 'idle' | 'asking';
  problem: Problem | null;
  raise: (tickets: number) => void;
  lower: (tickets: number) => void;
  withdraw: () => Promise<void>;
}

interface StepsProps extends ChangeProps {
  account: BankAccount | null;
}

function useSteps({ pledge, phone, onChange, account }: StepsProps): Steps {
  const hub = useHub();
  const { language, t } = useLanguage();
  const announce = useAnnounce();
  const navigate = useNavigate();
  const [state, setState] = useState<Steps['state']>('idle');
  const [problem, setProblem] = useState<Problem | null>(null);
  const { campaign } = pledge;
  const carryOut = (step: Promise<unknown>): void => {
    setState('asking');
    setProblem(null);
    step
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      })
      .finally(() => {
        setState('idle');
      });
  };
  const raise = (tickets: number): void => {
    const wanted = { phone, tickets, raises: pledge.number };
    carryOut(
      hub.pledge(campaign.campaign, wanted).then(({ order }) => {
        rememberOrder(order, phone, null);
        noteOrder({ order, at: Date.now(), name: titleOf(campaign.movie, language) });
        return navigate(`/pay/${order}`, { state: TO_PAY });
      }),
    );
  };
  const lower = (tickets: number): void => {
    carryOut(
      hub.lowerPledge(pledge.pledge, phone, tickets, account).then((lowered) => {
        announce(t('pledge.changed_now'));
        onChange(lowered);
      }),
    );
  };
  const withdraw = async (): Promise<void> => {
    const withdrawn = await hub.withdrawPledge(pledge.pledge, phone, account);
    announce(t('pledge.withdrawn_now'));
    onChange(withdrawn);
  };
  return { state, problem, raise, lower, withdraw };
}
