// Campaigns, by their state and in the order that the address says.

import {
  Blank,
  Failed,
  Loading,
  Skeleton,
  counted,
  useLanguage,
  useResource,
  type CampaignPage,
  type CampaignView,
} from '@moding/ui';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { useHub } from '../../hub';
import { CampaignCard } from '../../parts/CampaignCard';
import { Page } from '../../parts/Page';
import { SORTS, WHICH, addressOf, listedOf, type Listed } from './listed';
import styles from './campaigns.module.css';

export function CampaignsPage() {
  const hub = useHub();
  const { t } = useLanguage();
  const [search] = useSearchParams();
  const listed = listedOf(search);
  const key = `campaigns.${listed.which}.${listed.sort}`;
  const { resource, reload } = useResource(key, (signal) => hub.campaigns(listed, signal));
  return (
    <Page title={t('campaigns.title')}>
      <h1>{t('campaigns.title')}</h1>
      <p className={styles.lead}>{t('campaigns.lead')}</p>
      <Filters listed={listed} />
      {resource.state === 'loading' ? (
        <div className={styles.grid}>
          <Loading>
            <Skeleton shape="poster" count={8} />
          </Loading>
        </div>
      ) : null}
      {resource.state === 'failed' ? (
        <Failed problem={resource.problem} onRetry={reload} />
      ) : null}
      {resource.state === 'ready' ? (
        <Campaigns key={key} listed={listed} first={resource.value} />
      ) : null}
    </Page>
  );
}

function Filters({ listed }: { listed: Listed }) {
  const { t } = useLanguage();
  return (
    <div className={styles.filters}>
      <ul aria-label={t('campaigns.which')}>
        {WHICH.map((which) => (
          <li key={which}>
            <Link
              to={addressOf({ ...listed, which })}
              aria-current={which === listed.which ? 'true' : undefined}
            >
              {t(`campaigns.which.${which}`)}
            </Link>
          </li>
        ))}
      </ul>
      <ul aria-label={t('browse.sort')}>
        {SORTS.map((sort) => (
          <li key={sort}>
            <Link
              to={addressOf({ ...listed, sort })}
              aria-current={sort === listed.sort ? 'true' : undefined}
            >
              {t(`campaigns.sort.${sort}`)}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Campaigns({ listed, first }: { listed: Listed; first: CampaignPage }) {
  const hub = useHub();
  const { t } = useLanguage();
  const [rest, setRest] = useState<CampaignView[]>([]);
  const [next, setNext] = useState(first.next_offset ?? null);
  const more = (offset: number): void => {
    hub
      .campaigns({ ...listed, offset })
      .then((page) => {
        setRest((before) => [...before, ...page.campaigns]);
        setNext(page.next_offset ?? null);
      })
      .catch(() => {
        // The button stays: pressing it again asks again.
      });
  };
  if (first.total === 0) {
    return <None />;
  }
  const seen = new Set(first.campaigns.map(({ campaign }) => campaign));
  const all = [...first.campaigns, ...rest.filter(({ campaign }) => !seen.has(campaign))];
  return (
    <>
      <p className={styles.total} role="status">
        {t('campaigns.total', { count: counted(first.total) })}
      </p>
      <ul className={styles.grid}>
        {all.map((campaign) => (
          <li key={campaign.campaign}>
            <CampaignCard campaign={campaign} />
          </li>
        ))}
      </ul>
      {next === null ? null : (
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            more(next);
          }}
        >
          {t('browse.more')}
        </button>
      )}
    </>
  );
}

function None() {
  const { t } = useLanguage();
  return (
    <Blank
      title={t('campaigns.none')}
      action={
        <Link className="button quiet" to="/movies">
          {t('home.browse')}
        </Link>
      }
    >
      {t('campaigns.none_detail')}
    </Blank>
  );
}
