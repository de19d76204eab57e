// A backer chooses the seats of a pledge: as many as it has tickets, paid already.

import {
  Blank,
  Failed,
  Loading,
  Skeleton,
  useLanguage,
  useResource,
  type PledgeView,
} from '@moding/ui';
import { Link, Navigate, useParams } from 'react-router';

import { useHub } from '../../hub';
import { Page } from '../../parts/Page';
import { ScreeningHead } from '../../parts/ScreeningHead';
import { phoneOf } from '../../visit';
import { Window } from './Choose';
import { ClaimChooser } from './ClaimChooser';
import styles from './pledges.module.css';

export function ClaimPage() {
  const { t } = useLanguage();
  const number = useParams()['number'] ?? '';
  const phone = phoneOf(number);
  return (
    <Page title={t('claim.title')}>
      {phone === null ? (
        <Navigate to={`/pledges/${number}`} replace />
      ) : (
        <Known number={number} phone={phone} />
      )}
    </Page>
  );
}

function Known({ number, phone }: { number: string; phone: string }) {
  const hub = useHub();
  const { t } = useLanguage();
  const { resource, reload } = useResource(
    `claim.${number}`,
    (signal) => hub.lookUpPledge(number, phone, signal),
    'fresh',
  );
  if (resource.state === 'failed') {
    return <Failed problem={resource.problem} onRetry={reload} />;
  }
  if (resource.state === 'loading') {
    return (
      <Loading>
        <Skeleton shape="title" />
        <Skeleton shape="map" />
      </Loading>
    );
  }
  const { value: pledge } = resource;
  const { screening } = pledge.campaign;
  if (pledge.may_choose && screening != null) {
    return <Claim pledge={pledge} phone={phone} screening={screening} />;
  }
  return (
    <Blank
      title={t('claim.over')}
      action={
        <Link className="button quiet" to={`/pledges/${number}`}>
          {t('claim.back')}
        </Link>
      }
    >
      {t('claim.over_detail')}
    </Blank>
  );
}

interface ClaimProps {
  pledge: PledgeView;
  phone: string;
  screening: number;
}

function Claim({ pledge, phone, screening: id }: ClaimProps) {
  const hub = useHub();
  const { t } = useLanguage();
  const { resource, reload } = useResource(`screening.${id}`, (signal) => hub.screening(id, signal));
  const { windows, now } = pledge.campaign;
  if (resource.state === 'failed') {
    return <Failed problem={resource.problem} onRetry={reload} />;
  }
  if (resource.state === 'loading') {
    return (
      <Loading>
        <Skeleton shape="title" />
        <Skeleton shape="map" />
      </Loading>
    );
  }
  return (
    <>
      <Link to={`/pledges/${pledge.number}`} className={styles.back}>
        {t('claim.back')}
      </Link>
      <div className={styles.claimHead}>
        <ScreeningHead screening={resource.value} />
        {windows ? <Window now={now} windows={windows} /> : null}
      </div>
      <ClaimChooser pledge={pledge} phone={phone} screening={resource.value} />
    </>
  );
}
