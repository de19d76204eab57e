// 좋아요: shown at once, and put back when the server does not take it.

import { counted, useLanguage, type LikeView } from '@moding/ui';
import { useState } from 'react';

import { useHub } from '../../hub';
import styles from './movies.module.css';

interface LikeButtonProps {
  movie: number;
  known: LikeView;
  onLike: (like: LikeView) => void;
}

export function LikeButton({ movie, known, onLike }: LikeButtonProps) {
  const hub = useHub();
  const { t } = useLanguage();
  const [failed, setFailed] = useState(false);
  const toggle = (): void => {
    const liked = !known.liked;
    setFailed(false);
    onLike({ liked, likes: Math.max(0, known.likes + (liked ? 1 : -1)) });
    (liked ? hub.like(movie) : hub.unlike(movie)).then(onLike).catch(() => {
      onLike(known);
      setFailed(true);
    });
  };
  return (
    <p className={styles.like}>
      <button type="button" className="button quiet" aria-pressed={known.liked} onClick={toggle}>
        <span aria-hidden="true">{known.liked ? '♥' : '♡'}</span> {t('like.like')}
      </button>
      <span className="soft" role="status">
        {failed ? t('like.failed') : t('like.count', { count: counted(known.likes) })}
      </span>
    </p>
  );
}
