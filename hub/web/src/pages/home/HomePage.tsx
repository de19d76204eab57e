// Home: what this is, a search, what is searched and asked for most, what is being funded, what
// starts soon, and films to want.

import {
  Blank,
  Failed,
  Loading,
  Poster,
  Skeleton,
  counted,
  genreName,
  useLanguage,
  useResource,
  type GenreView,
  type ScreeningSummary,
} from '@moding/ui';
import { Link } from 'react-router';

import { useHub } from '../../hub';
import { CampaignCard } from '../../parts/CampaignCard';
import { MovieCard } from '../../parts/MovieCard';
import { Page } from '../../parts/Page';
import { ScreeningCard } from '../../parts/ScreeningCard';
import { SearchBox } from '../../parts/SearchBox';
import { SearchRanking } from '../../parts/SearchRanking';
import { Shelf } from '../../parts/Shelf';
import { WantedMovies } from '../../parts/WantedMovies';
import styles from './home.module.css';

const NEXT_MAX = 14;
const SHELVES_MAX = 5;
const SHELF_MOVIES = 14;
const SHELF_CAMPAIGNS = 12;

export function HomePage() {
  const hub = useHub();
  const { resource, reload } = useResource('home.screenings', (signal) =>
    hub.screenings({}, signal),
  );
  const soon =
    resource.state === 'ready'
      ? resource.value.screenings
          .filter((screening) => screening.sale === 'open')
          .toSorted((a, b) => a.starts_at - b.starts_at)
          .slice(0, NEXT_MAX)
      : [];
  return (
    <Page title="" width="full">
      <Hero screenings={soon} />
      <div className={styles.shelves}>
        <div className={styles.rankings}>
          <SearchRanking />
          <WantedMovies />
        </div>
        <PopularShelf />
        {resource.state === 'failed' ? (
          <Failed problem={resource.problem} onRetry={reload} />
        ) : (
          <Next screenings={resource.state === 'ready' ? soon : null} />
        )}
        <ClosingShelf />
        <GenreShelves />
      </div>
    </Page>
  );
}

function Hero({ screenings }: { screenings: readonly ScreeningSummary[] }) {
  const { t } = useLanguage();
  const films = [...new Map(screenings.map(({ movie }) => [movie.movie, movie])).values()];
  return (
    <section className={styles.hero}>
      <div className={styles.words}>
        <h1>{t('home.title')}</h1>
        <p>{t('home.lead')}</p>
        <SearchBox />
      </div>
      <div className={styles.fan} aria-hidden="true">
        {films.slice(0, 3).map((movie) => (
          <div key={movie.movie}>
            <Poster movie={movie} />
          </div>
        ))}
      </div>
    </section>
  );
}

function Next({ screenings }: { screenings: readonly ScreeningSummary[] | null }) {
  const { t } = useLanguage();
  if (screenings?.length === 0) {
    return (
      <Blank
        title={t('home.none')}
        action={
          <Link className="button quiet" to="/movies">
            {t('home.browse')}
          </Link>
        }
      >
        {t('home.none_detail')}
      </Blank>
    );
  }
  return (
    <Shelf
      title={t('home.next')}
      more={
        <Link className="more" to="/theaters">
          {t('home.next_all')}
        </Link>
      }
    >
      {screenings === null ? (
        <Loading>
          <Skeleton shape="poster" count={8} />
        </Loading>
      ) : (
        screenings.map((screening) => (
          <ScreeningCard key={screening.screening} screening={screening} />
        ))
      )}
    </Shelf>
  );
}

/** 지금 인기 있는 펀딩, by progress and speed. */
function PopularShelf() {
  const hub = useHub();
  const { t } = useLanguage();
  const { resource, reload } = useResource('home.popular', (signal) =>
    hub.popularCampaigns(SHELF_CAMPAIGNS, signal),
  );
  if (resource.state === 'failed') {
    return <Failed problem={resource.problem} onRetry={reload} />;
  }
  const campaigns = resource.state === 'ready' ? resource.value.campaigns : null;
  return (
    <Shelf title={t('home.popular')} more={<AllCampaigns sort="popular" />}>
      {campaigns === null ? (
        <Loading>
          <Skeleton shape="poster" count={8} />
        </Loading>
      ) : null}
      {campaigns?.length === 0 ? <p className={styles.nothing}>{t('home.popular_none')}</p> : null}
      {campaigns?.map(({ campaign }) => (
        <CampaignCard key={campaign.campaign} campaign={campaign} />
      ))}
    </Shelf>
  );
}

/** Only when something is being funded. */
function ClosingShelf() {
  const hub = useHub();
  const { t } = useLanguage();
  const { resource } = useResource('home.campaigns.deadline', (signal) =>
    hub.campaigns({ which: 'open', sort: 'deadline', limit: SHELF_CAMPAIGNS }, signal),
  );
  if (resource.state !== 'ready' || resource.value.total === 0) {
    return null;
  }
  return (
    <Shelf title={t('home.closing')} more={<AllCampaigns sort="deadline" />}>
      {resource.value.campaigns.map((campaign) => (
        <CampaignCard key={campaign.campaign} campaign={campaign} />
      ))}
    </Shelf>
  );
}

function AllCampaigns({ sort }: { sort: 'popular' | 'deadline' }) {
  const { t } = useLanguage();
  return (
    <Link className="more" to={`/campaigns?sort=${sort}`}>
      {t('campaigns.see_all')}
    </Link>
  );
}

function GenreShelves() {
  const hub = useHub();
  const { resource } = useResource('genres', (signal) => hub.genres(signal));
  if (resource.state !== 'ready') {
    return null;
  }
  const genres = resource.value.toSorted((a, b) => b.movies - a.movies).slice(0, SHELVES_MAX);
  return genres.map((genre) => <GenreShelf key={genre.genre} genre={genre} />);
}

function GenreShelf({ genre }: { genre: GenreView }) {
  const hub = useHub();
  const { language, t } = useLanguage();
  const { resource } = useResource(`home.genre.${genre.genre}`, (signal) =>
    hub.movies({ genre: genre.genre, sort: 'newest', limit: SHELF_MOVIES }, signal),
  );
  if (resource.state === 'failed') {
    return null;
  }
  return (
    <Shelf
      title={t('home.shelf', { genre: genreName(genre.genre, language) })}
      more={
        <Link className="more" to={`/movies?genre=${encodeURIComponent(genre.genre)}`}>
          {t('home.shelf_all', { count: counted(genre.movies) })}
        </Link>
      }
    >
      {resource.state === 'loading' ? (
        <Loading>
          <Skeleton shape="poster" count={8} />
        </Loading>
      ) : (
        resource.value.movies.map((movie) => <MovieCard key={movie.movie} movie={movie} />)
      )}
    </Shelf>
  );
}
