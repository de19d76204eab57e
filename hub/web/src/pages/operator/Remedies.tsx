// What can be done for whoever is without a seat, each with what it means, asked once more.

import {
  shortLabel,
  useAnnounce,
  useTexts,
  won,
  type ConflictDetail,
  type RemedyView,
  type Translate,
} from '@moding/ui';

import { Confirm } from './Confirm';
import { useConsole } from './session';
import styles from './operator.module.css';

interface RemediesProps {
  conflict: ConflictDetail;
  onChange: (conflict: ConflictDetail) => void;
}

export function Remedies({ conflict, onChange }: RemediesProps) {
  const api = useConsole();
  const t = useTexts();
  const announce = useAnnounce();
  const claimOf = (booking: string | null | undefined) =>
    conflict.claims.find((claim) => claim.booking === booking);
  const decide = async (view: RemedyView, note: string): Promise<void> => {
    const { remedy, booking } = view;
    const decided = await api.decide(conflict.key, { remedy, note, booking: booking ?? null });
    announce(t('conflict.done'));
    onChange(decided);
  };
  return (
    <section aria-labelledby="remedies">
      <h2 id="remedies">{t('conflict.remedies')}</h2>
      <ul className={styles.remedies}>
        {conflict.remedies.map((view, at) => {
          const claim = claimOf(view.booking);
          const title = t(`conflict.remedy.${view.remedy}`);
          const number = claim ? t('conflict.remedies_for', { number: claim.number }) : null;
          return (
            <li key={`${view.remedy}${view.booking ?? ''}`} className={styles.remedy}>
              <div>
                <h3>{title}</h3>
                {number === null ? null : <p className="faint">{number}</p>}
                <Means view={view} t={t} />
              </div>
              <Confirm
                action={title}
                label={number === null ? title : `${title}: ${number}`}
                weight={at === 0 ? 'next' : 'quiet'}
                title={title}
                note={view.remedy === 'dismiss' ? 'needed' : 'welcome'}
                disabled={claim?.writer === 'unreachable'}
                onYes={(note) => decide(view, note)}
              >
                {number === null ? null : <p>{number}</p>}
                <Means view={view} t={t} />
              </Confirm>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Means({ view, t }: { view: RemedyView; t: Translate }) {
  switch (view.remedy) {
    case 'reseat':
    case 'upgrade':
      return (
        <>
          <ul>
            {view.moves.map(({ from, to }) => (
              <li key={from.seat}>
                {t('conflict.move', { from: shortLabel(from), to: shortLabel(to) })}
              </li>
            ))}
          </ul>
          <p className="faint">
            {view.remedy === 'upgrade' ? `${t('conflict.price_stays')} ` : null}
            {t('conflict.seats_may_change')}
          </p>
        </>
      );
    case 'refund':
      return (
        <>
          <p>
            {view.due_won > 0
              ? t('conflict.due', { amount: won(view.due_won, t) })
              : t('conflict.due_none')}
          </p>
          {view.card_at_counter ? <p className="faint">{t('conflict.card_at_counter')}</p> : null}
        </>
      );
    case 'dismiss':
      return <p className="faint">{t('conflict.dismiss_detail')}</p>;
  }
}
