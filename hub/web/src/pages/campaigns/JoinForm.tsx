// Joining a campaign: how many tickets and a phone number; then it is paid.

import {
  Refusal,
  asProblem,
  isMobile,
  phoneAsTyped,
  titleOf,
  useLanguage,
  won,
  type CampaignView,
  type Problem,
} from '@moding/ui';
import { useRef, useState, type SubmitEvent } from 'react';
import { Link, useNavigate } from 'react-router';

import { useHub } from '../../hub';
import { PhoneField } from '../../parts/PhoneField';
import { TicketCount } from '../../parts/TicketCount';
import { noteOrder } from '../../recent-orders';
import { rememberOrder } from '../../visit';
import type { Arrival } from '../pay/arrival';
import styles from './campaigns.module.css';

const TO_PAY: Arrival = { come: 'to_pay' };
const TICKETS_AT_FIRST = 2;

export function JoinForm({ campaign }: { campaign: CampaignView }) {
  const { t } = useLanguage();
  const input = useRef<HTMLInputElement | null>(null);
  const [wished, setWished] = useState(TICKETS_AT_FIRST);
  const [phone, setPhone] = useState('');
  const [wrong, setWrong] = useState(false);
  const join = useJoin(campaign);
  const most = Math.max(1, Math.min(campaign.rules.tickets_max, campaign.left));
  const tickets = Math.min(wished, most);
  const amount = won(tickets * (campaign.offer?.price_won ?? 0), t);

  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (isMobile(phone)) {
      join.join(phone, tickets);
    } else {
      setWrong(true);
      input.current?.focus();
    }
  };
  return (
    <form className={styles.join} onSubmit={submit} noValidate>
      <TicketCount
        label={t('campaign.how_many')}
        count={tickets}
        least={1}
        most={most}
        onCount={setWished}
      />
      <PhoneField
        ref={input}
        value={phone}
        why={t('campaign.phone_why')}
        wrong={wrong && !isMobile(phone) ? t('checkout.phone_wrong') : null}
        onChange={(text) => {
          setPhone(phoneAsTyped(text));
        }}
      />
      {join.problem ? <Refusal problem={join.problem} /> : null}
      {join.problem?.code === 'pledged_already' ? (
        <Link className="more" to="/bookings">
          {t('campaign.to_pledge')}
        </Link>
      ) : null}
      <button type="submit" className="button next" disabled={join.state === 'asking'}>
        {join.state === 'asking' ? t('campaign.joining') : t('campaign.join_amount', { amount })}
      </button>
    </form>
  );
}

interface Join {
  state: 'idle' | 'asking';
  problem: Problem | null;
  join: (phone: string, tickets: number) => void;
}

function useJoin(campaign: CampaignView): Join {
  const hub = useHub();
  const { language } = useLanguage();
  const navigate = useNavigate();
  const [state, setState] = useState<Join['state']>('idle');
  const [problem, setProblem] = useState<Problem | null>(null);
  const join = (phone: string, tickets: number): void => {
    setState('asking');
    setProblem(null);
    hub
      .pledge(campaign.campaign, { phone, tickets, raises: null })
      .then(({ order }) => {
        rememberOrder(order, phone, null);
        noteOrder({ order, at: Date.now(), name: titleOf(campaign.movie, language) });
        return navigate(`/pay/${order}`, { state: TO_PAY });
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
        setState('idle');
      });
  };
  return { state, problem, join };
}
