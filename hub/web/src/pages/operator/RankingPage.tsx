// What no board of popular searches shows.

import {
  Blank,
  Failed,
  Loading,
  Refusal,
  Skeleton,
  asProblem,
  dayAndClock,
  useLanguage,
  useResource,
  type ExcludedTerm,
  type Problem,
} from '@moding/ui';
import { useId, useState, type SubmitEvent } from 'react';

import { useConsole } from './session';
import styles from './operator.module.css';

/** A film by its number, or a text. */
type Named = { movie: number } | { text: string };

export function RankingPage() {
  const api = useConsole();
  const { t } = useLanguage();
  const { resource, reload, put } = useResource(
    'operator.excluded',
    (signal) => api.excludedTerms(signal),
    'fresh',
  );
  return (
    <>
      <h1>{t('excluded.title')}</h1>
      <p className="soft">{t('excluded.lead')}</p>
      <Exclude onChanged={put} />
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="row" count={3} />
        </Loading>
      ) : null}
      {resource.state === 'failed' ? <Failed problem={resource.problem} onRetry={reload} /> : null}
      {resource.state === 'ready' ? <List terms={resource.value} onChanged={put} /> : null}
    </>
  );
}

interface Changed {
  onChanged: (terms: ExcludedTerm[]) => void;
}

function Exclude({ onChanged }: Changed) {
  const api = useConsole();
  const { t } = useLanguage();
  const id = useId();
  const [what, setWhat] = useState('');
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setProblem(null);
    api
      .excludeTerm(named(what.trim()), note.trim())
      .then((terms) => {
        onChanged(terms);
        setWhat('');
        setNote('');
      })
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      });
  };
  return (
    <form onSubmit={submit}>
      <div className="field">
        <label htmlFor={`${id}what`}>{t('excluded.what')}</label>
        <input
          id={`${id}what`}
          required
          autoComplete="off"
          value={what}
          onChange={(event) => {
            setWhat(event.target.value);
          }}
        />
      </div>
      <div className="field">
        <label htmlFor={`${id}note`}>{t('operator.note')}</label>
        <input
          id={`${id}note`}
          autoComplete="off"
          value={note}
          onChange={(event) => {
            setNote(event.target.value);
          }}
        />
      </div>
      {problem ? <Refusal problem={problem} /> : null}
      <button type="submit" className="button next">
        {t('excluded.add')}
      </button>
    </form>
  );
}

function List({ terms, onChanged }: Changed & { terms: readonly ExcludedTerm[] }) {
  const { t } = useLanguage();
  return terms.length === 0 ? (
    <Blank title={t('excluded.none')}>{t('excluded.lead')}</Blank>
  ) : (
    <ul className={styles.list}>
      {terms.map((term) => (
        <li key={term.term}>
          <Row term={term} onChanged={onChanged} />
        </li>
      ))}
    </ul>
  );
}

function Row({ term, onChanged }: Changed & { term: ExcludedTerm }) {
  const api = useConsole();
  const { language, t } = useLanguage();
  const [problem, setProblem] = useState<Problem | null>(null);
  const allow = (): void => {
    const text = term.term.replace(/^text:/, '');
    const movie = /^movie:(\d+)$/.exec(term.term)?.[1];
    api
      .allowTerm(movie === undefined ? { text } : { movie: Number(movie) }, '')
      .then(onChanged)
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      });
  };
  const since = dayAndClock(term.since, language);
  return (
    <div className={styles.row}>
      <strong>{term.title ?? term.term}</strong>
      <span>{term.note}</span>
      <span className="faint">{t('excluded.since', { time: since, by: term.by })}</span>
      <button type="button" className="button quiet" onClick={allow}>
        {t('excluded.allow')}
      </button>
      {problem ? <Refusal problem={problem} /> : null}
    </div>
  );
}

function named(what: string): Named {
  return /^\d+$/.test(what) ? { movie: Number(what) } : { text: what };
}
