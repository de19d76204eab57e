// A theater is asked for an auditorium for a film.

import {
  Refusal,
  asProblem,
  theaterName,
  titleOf,
  useLanguage,
  useResource,
  type MovieSummary,
  type Problem,
} from '@moding/ui';
import { useId, useState, type SubmitEvent } from 'react';
import { useNavigate } from 'react-router';

import { useHub } from '../../../hub';
import { useConsole } from '../session';
import styles from './desk.module.css';

/** More are not looked through: better type another word. */
const FOUND_MAX = 20;

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
  const { language, t } = useLanguage();
  const id = useId();
  const [words, setWords] = useState('');
  const films = useFilms(film, words.trim());
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}words`}>{t('desk.film_find')}</label>
        <input
          id={`${id}words`}
          type="search"
          autoComplete="off"
          value={words}
          aria-describedby={`${id}why`}
          onChange={(event) => {
            setWords(event.target.value);
          }}
        />
        <p id={`${id}why`} className="why">
          {t('desk.film_why')}
        </p>
      </div>
      <div className="field">
        <label htmlFor={`${id}film`}>{t('desk.film')}</label>
        <select
          id={`${id}film`}
          required
          value={film}
          onChange={(event) => {
            onFilm(event.target.value);
          }}
        >
          <option value="" disabled>
            {t('desk.film_choose')}
          </option>
          {films.map(({ movie, wishes }) => (
            <option key={movie.movie} value={movie.movie}>
              {[
                titleOf(movie, language),
                movie.year == null ? '' : ` (${String(movie.year)})`,
                wishes === null ? '' : ` · ${t('desk.film_wishes', { count: wishes })}`,
              ].join('')}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}

interface Choice {
  movie: MovieSummary;
  /** How many ask for it; null when it was found by its title. */
  wishes: number | null;
}

/** Those that are asked for, or those whose title fits; and the one that is chosen already. */
function useFilms(chosen: string, words: string): Choice[] {
  const api = useConsole();
  const hub = useHub();
  const asked = useResource('operator.wishes', (signal) => api.wishes(signal), 'fresh').resource;
  const found = useResource(`desk.films.${words}`, (signal) =>
    words === ''
      ? Promise.resolve<MovieSummary[]>([])
      : hub.movies({ query: words, limit: FOUND_MAX }, signal).then(({ movies }) => movies),
  ).resource;
  const own = useResource(`desk.film.${chosen}`, (signal) =>
    chosen === ''
      ? Promise.resolve<MovieSummary | null>(null)
      : hub.movie(Number(chosen), signal),
  ).resource;
  const wished = asked.state === 'ready' ? asked.value : [];
  const choices: Choice[] =
    words === ''
      ? wished.map(({ film, requests }) => ({ movie: film, wishes: requests.count }))
      : (found.state === 'ready' ? found.value : []).map((movie) => ({
          movie,
          wishes: null,
        }));
  const missing = !choices.some(({ movie }) => String(movie.movie) === chosen);
  return missing && own.state === 'ready' && own.value !== null
    ? [{ movie: own.value, wishes: null }, ...choices]
    : choices;
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
