// Where a line of the board was the hour before: ▲n ▼n – NEW, and the same in words.

import type { BoardLine } from '../api/types';
import type { Language } from '../i18n/language';
import type { Translate } from '../i18n/translate';
import { useLanguage } from '../i18n/use-language';
import styles from './parts.module.css';

export function BoardMark({ line }: { line: BoardLine }) {
  const { t } = useLanguage();
  const { seen, heard } = markText(line, t);
  return seen === '' ? null : (
    <span className={styles.boardMark} data-mark={line.mark}>
      <span aria-hidden="true">{seen}</span>
      <span className="spoken">{heard}</span>
    </span>
  );
}

export function lineTitle(line: BoardLine, language: Language): string {
  return language === 'en' && line.title_en != null ? line.title_en : line.title;
}

function markText(line: BoardLine, t: Translate): { seen: string; heard: string } {
  switch (line.mark) {
    case 'up':
      return { seen: `▲${line.by}`, heard: t('ranking.up', { by: line.by }) };
    case 'down':
      return { seen: `▼${line.by}`, heard: t('ranking.down', { by: line.by }) };
    case 'same':
      return { seen: '–', heard: t('ranking.same') };
    case 'new':
      return { seen: 'NEW', heard: t('ranking.new') };
    case 'none':
      return { seen: '', heard: '' };
  }
}
