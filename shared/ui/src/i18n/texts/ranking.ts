// Rankings, likes, and the operators' list of what is not shown.

export const rankingTexts = {
  'ranking.searches': { ko: '실시간 검색 순위', en: 'Popular searches' },
  'ranking.as_of': { ko: '{hour} 기준', en: 'As of {hour}' },
  'ranking.none': { ko: '아직 순위가 없어요', en: 'There is no ranking yet' },
  'ranking.none_detail': {
    ko: '순위는 매시간 새로 매겨요. 많은 분이 찾은 영화가 여기에 보여요.',
    en: 'It is made anew every hour, of the films that many people searched for.',
  },
  'ranking.failed': { ko: '순위를 불러오지 못했어요', en: 'The ranking could not be read' },
  'ranking.up': { ko: '{by}계단 상승', en: 'up {by}' },
  'ranking.down': { ko: '{by}계단 하락', en: 'down {by}' },
  'ranking.same': { ko: '변동 없음', en: 'unchanged' },
  'ranking.new': { ko: '새로 진입', en: 'new' },
  'ranking.wanted': { ko: '요청 많은 영화', en: 'Most requested films' },
  'ranking.wanted_count': { ko: '{count}명 요청', en: '{count} requests', one: 'one request' },
  'ranking.wanted_none': { ko: '아직 요청이 없어요', en: 'Nothing was asked for yet' },
  'ranking.wanted_none_detail': {
    ko: '다시 보고 싶은 영화를 찾아 재상영을 요청해 보세요.',
    en: 'Find a film that you miss, and ask for it.',
  },
  'ranking.lately': { ko: '오늘 +{count}장', en: '+{count} today' },

  'like.like': { ko: '좋아요', en: 'Like' },
  'like.count': { ko: '{count}명이 좋아해요', en: '{count} people like it', one: 'one person likes it' },
  'like.failed': { ko: '지금은 저장하지 못했어요', en: 'This could not be saved right now' },

  'excluded.title': { ko: '검색 순위', en: 'Search ranking' },
  'excluded.lead': {
    ko: '여기에 있는 말은 다음 순위부터 보이지 않아요. 이미 나간 순위는 바뀌지 않아요.',
    en: 'What stands here is shown on no board from the next one on. Published boards do not change.',
  },
  'excluded.none': { ko: '제외한 말이 없어요', en: 'Nothing is excluded' },
  'excluded.what': { ko: '영화 번호 또는 검색어', en: 'Number of a film, or a text' },
  'excluded.add': { ko: '순위에서 빼기', en: 'Show no more' },
  'excluded.allow': { ko: '다시 보이기', en: 'Show again' },
  'excluded.since': { ko: '{time}부터 · {by}', en: 'since {time} · {by}' },
} as const;
