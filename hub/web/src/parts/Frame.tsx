// What surrounds every page: the way to the main places, the language, the foot.

import { useLanguage } from '@moding/ui';
import { useEffect, useRef } from 'react';
import { Link, NavLink, NavigationType, Outlet, useLocation, useNavigationType } from 'react-router';

import { CopyNote } from './CopyNote';
import styles from './frame.module.css';

export function Frame() {
  const { language, setLanguage, t } = useLanguage();
  const main = useRef<HTMLElement | null>(null);
  useArrival(main);
  return (
    <>
      <a className={styles.skip} href="#main">
        {t('web.skip')}
      </a>
      <header className={styles.header}>
        <Link to="/" className={styles.brand} aria-label={t('brand.name')}>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M4 25V8l12 9 12-9v17" />
          </svg>
          <span>{t('brand.name')}</span>
        </Link>
        <nav aria-label={t('web.nav')} className={styles.nav}>
          <NavLink to="/movies">{t('web.nav.movies')}</NavLink>
          <NavLink to="/campaigns">{t('web.nav.campaigns')}</NavLink>
          <NavLink to="/theaters">{t('web.nav.theaters')}</NavLink>
          <NavLink to="/bookings">{t('web.nav.bookings')}</NavLink>
        </nav>
        <Link to="/search" className={styles.search} aria-label={t('search.title')}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="10.5" cy="10.5" r="6.5" />
            <path d="M15.5 15.5 21 21" />
          </svg>
        </Link>
        <button
          type="button"
          className={styles.language}
          lang={language === 'ko' ? 'en' : 'ko'}
          aria-label={t('language.switch')}
          onClick={() => {
            setLanguage(language === 'ko' ? 'en' : 'ko');
          }}
        >
          {language === 'ko' ? 'EN' : '한'}
        </button>
      </header>
      <CopyNote />
      <main id="main" ref={main} tabIndex={-1} className={styles.main}>
        <Outlet />
      </main>
      <footer className={styles.footer}>
        <p>{t('brand.line')}</p>
        <p>{t('web.footer')}</p>
      </footer>
    </>
  );
}

/** A new page begins on top, with the focus at its beginning; going back keeps the place. */
function useArrival(main: React.RefObject<HTMLElement | null>): void {
  const { pathname } = useLocation();
  const kind = useNavigationType();
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    if (kind !== NavigationType.Pop) {
      window.scrollTo(0, 0);
    }
    main.current?.focus({ preventScroll: true });
  }, [pathname, kind, main]);
}
