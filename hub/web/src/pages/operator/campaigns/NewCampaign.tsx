// A theater is asked for an auditorium for a film.

import {
  Refusal,
  asProblem,
  theaterName,
  titleOf,
  useLanguage,
  useResource,
  type Problem,
} from '@moding/ui';
import { useId, useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';

import { useHub } from '../../../hub';
import { useConsole } from '../session';
import styles from './desk.module.css';

export function NewCampaign({ film }: { film: number | null }) {
  const { t } = useLanguage();
  return (
    <details className={styles.new} open={film !== null}>
      <summary>{t('desk.new')}</summary>
      <Form film={film} />
    </details>
  );
}

function Form({ film: given }: { film: number | null }) {
  const api = useConsole();
  const { t } = useLanguage();
  const navigate = useNavigate();
  const id = useId();
  const [film, setFilm] = useState(given === null ? '' : String(given));
  const [theater, setTheater] = useState('');
  const [note, setNote] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setProblem(null);
    api
      .requestCampaign(Number(film), Number(theater), note.trim())
      .then((file) => navigate(`/operator/campaigns/${file.campaign.campaign}`))
      .catch((error: unknown) => {
        setProblem(asProblem(error));
      });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <FilmField film={film} onFilm={setFilm} />
      <TheaterField theater={theater} onTheater={setTheater} />
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
        {t('desk.ask')}
      </button>
    </form>
  );
}

function FilmField({ film, onFilm }: { film: string; onFilm: (film: string) => void }) {
  const { t } = useLanguage();
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={`${id}film`}>{t('desk.film_number')}</label>
      <input
        id={`${id}film`}
        inputMode="numeric"
        pattern="\d+"
        required
        autoComplete="off"
        value={film}
        aria-describedby={`${id}why`}
        onChange={(event) => {
          onFilm(event.target.value);
        }}
      />
      <p id={`${id}why`} className="why">
        {/^\d+$/.test(film) ? <FilmName film={film} /> : null} {t('desk.film_why')}
      </p>
    </div>
  );
}

interface TheaterFieldProps {
  theater: string;
  onTheater: (theater: string) => void;
}

function TheaterField({ theater, onTheater }: TheaterFieldProps) {
  const hub = useHub();
  const { language, t } = useLanguage();
  const id = useId();
  const { resource } = useResource('theaters', (signal) => hub.theaters(signal));
  return (
    <div className="field">
      <label htmlFor={`${id}theater`}>{t('desk.theater')}</label>
      <select
        id={`${id}theater`}
        required
        value={theater}
        onChange={(event) => {
          onTheater(event.target.value);
        }}
      >
        <option value="" disabled>
          {t('desk.theater_choose')}
        </option>
        {(resource.state === 'ready' ? resource.value : []).map((each) => (
          <option key={each.theater} value={each.theater}>
            {theaterName(each, language)}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What the number stands for, to be sure. */
function FilmName({ film }: { film: string }) {
  const hub = useHub();
  const { language } = useLanguage();
  const { resource } = useResource(`desk.film.${film}`, (signal) =>
    hub.movie(Number(film), signal),
  );
  return resource.state === 'ready' ? <strong>{titleOf(resource.value, language)}.</strong> : null;
}
