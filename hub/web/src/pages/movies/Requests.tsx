// 재상영 요청: how many want to see the film again, and where; and asking for it oneself.

import {
  Failed,
  Notice,
  counted,
  useAnnounce,
  useLanguage,
  useResource,
  type MakeRequest,
  type MovieRequests,
} from '@moding/ui';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';

import { useHub } from '../../hub';
import { Ask } from '../../parts/Ask';
import { forgetWish, rememberWish, wishFor } from '../../visit';
import { RequestForm } from './RequestForm';
import styles from './requests.module.css';

/** More areas would say less. */
const AREAS_SHOWN = 6;

export function Requests({ movie }: { movie: number }) {
  const hub = useHub();
  const { t } = useLanguage();
  const { resource, reload, put } = useResource(`requests.${movie}`, (signal) =>
    hub.requests(movie, signal),
  );
  const section = useRef<HTMLElement | null>(null);
  const { hash } = useLocation();
  useEffect(() => {
    if (hash === '#request') {
      section.current?.scrollIntoView();
    }
  }, [hash]);
  return (
    <section ref={section} id="request" className={styles.requests} aria-labelledby="request-title">
      <div className={styles.words}>
        <h2 id="request-title">{t('request.title')}</h2>
        <p className="soft">{t('request.lead')}</p>
        {resource.state === 'ready' ? <Counts requests={resource.value} /> : null}
        {resource.state === 'failed' ? (
          <Failed problem={resource.problem} onRetry={reload} />
        ) : null}
      </div>
      <Wish
        movie={movie}
        count={resource.state === 'ready' ? resource.value.count : 0}
        onRequests={put}
        onStale={reload}
      />
    </section>
  );
}

function Counts({ requests }: { requests: MovieRequests }) {
  const { t } = useLanguage();
  if (requests.count === 0) {
    return <p className={styles.count}>{t('request.none')}</p>;
  }
  const areas = requests.areas.toSorted((a, b) => b.count - a.count).slice(0, AREAS_SHOWN);
  return (
    <>
      <p className={styles.count}>{t('request.count', { count: counted(requests.count) })}</p>
      <ul className={styles.areas}>
        {areas.map(({ area, count }) => (
          <li key={area}>{t('request.area_count', { area, count: counted(count) })}</li>
        ))}
      </ul>
    </>
  );
}

interface WishProps {
  movie: number;
  count: number;
  onRequests: (requests: MovieRequests) => void;
  onStale: () => void;
}

function Wish({ movie, count, onRequests, onStale }: WishProps) {
  const hub = useHub();
  const { t } = useLanguage();
  const announce = useAnnounce();
  const [made, setMade] = useState<MakeRequest | null>(() => wishFor(movie));
  const [state, setState] = useState<'made' | 'asking'>(made === null ? 'asking' : 'made');
  if (state === 'asking' || made === null) {
    return (
      <RequestForm
        movie={movie}
        before={made}
        onDone={(wish, requests) => {
          rememberWish(movie, wish);
          setMade(wish);
          setState('made');
          announce(t('request.done'));
          onRequests(requests);
        }}
      />
    );
  }
  const withdraw = async (): Promise<void> => {
    await hub.withdrawRequest(movie, made.phone);
    forgetWish(movie);
    setMade(null);
    setState('asking');
    announce(t('request.withdrawn'));
    onStale();
  };
  const { area, slot } = made;
  return (
    <div className={styles.made}>
      <Notice tone="done" title={t('request.done')}>
        {t('request.done_detail', { area, slot: t(`slot.${slot}`), count: counted(count) })}
      </Notice>
      <div className={styles.again}>
        <button
          type="button"
          className="button quiet"
          onClick={() => {
            setState('asking');
          }}
        >
          {t('request.change')}
        </button>
        <Ask
          action={t('request.withdraw')}
          title={t('request.withdraw_ask')}
          yes={t('request.withdraw_yes')}
          no={t('request.withdraw_no')}
          onYes={withdraw}
        >
          {t('request.withdraw_detail')}
        </Ask>
      </div>
    </div>
  );
}
