// The console's frame: nobody goes further without signing in.

import { useTexts } from '@moding/ui';
import { NavLink, Outlet } from 'react-router';

import { Page } from '../../parts/Page';
import { SignIn } from './SignIn';
import { SessionProvider, useSession } from './session';
import styles from './operator.module.css';

export function OperatorPage() {
  const t = useTexts();
  return (
    <SessionProvider>
      <Page title={t('operator.title')}>
        <Inside />
      </Page>
    </SessionProvider>
  );
}

function Inside() {
  const t = useTexts();
  const { operator, signOut } = useSession();
  if (!operator) {
    return <SignIn />;
  }
  return (
    <>
      <nav className={styles.nav} aria-label={t('operator.nav')}>
        <NavLink to="/operator" end>
          {t('operator.conflicts')}
        </NavLink>
        <NavLink to="/operator/campaigns">{t('operator.campaigns')}</NavLink>
        <NavLink to="/operator/payments">{t('operator.payments')}</NavLink>
        <NavLink to="/operator/nodes">{t('operator.nodes')}</NavLink>
        <NavLink to="/operator/ranking">{t('excluded.title')}</NavLink>
        <span className="soft">{operator.by}</span>
        <button type="button" onClick={signOut}>
          {t('operator.sign_out')}
        </button>
      </nav>
      <Outlet />
    </>
  );
}
