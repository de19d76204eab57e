// "Are you still there?": over everything, any touch or key answers it.

import { durationInWords, useTexts } from '@moding/ui';
import { useEffect, useRef } from 'react';

import { currentHold } from '../visit';
import styles from './frame.module.css';

interface IdleQuestionProps {
  left: number;
  onGoOn: () => void;
}

export function IdleQuestion({ left, onGoOn }: IdleQuestionProps) {
  const t = useTexts();
  const dialog = useRef<HTMLDialogElement | null>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const time = durationInWords(left, t);
  return (
    <dialog
      ref={dialog}
      role="alertdialog"
      className={styles.idle}
      aria-labelledby="idle-title"
      aria-describedby="idle-detail"
      onClose={onGoOn}
    >
      <h2 id="idle-title">{t('idle.title')}</h2>
      <p id="idle-detail">
        {currentHold() === null ? t('idle.detail', { time }) : t('idle.detail_hold', { time })}
      </p>
      <button type="button" className="button next" onClick={onGoOn} autoFocus>
        {t('idle.go_on')}
      </button>
    </dialog>
  );
}
