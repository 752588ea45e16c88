import type { WatchGoal } from '../../../receipt/watch.ts';
import type { TimeUnit, WatchTexts } from '../watch-texts.ts';
import { words } from './watch-words.ts';

const UNITS: Readonly<Record<TimeUnit, string>> = {
  second: '秒',
  minute: '分钟',
  hour: '小时',
  day: '天',
};

const HAS: Readonly<Record<WatchGoal, string>> = {
  delivered: '收到',
  displayed: '读',
  confirmed: '确认',
};

export const watch: WatchTexts = {
  length: (count, unit) => `${count} ${UNITS[unit]}`,
  overdue: {
    delivered: ({ recipient, time, length }) =>
      `${length}已过，仍没有迹象表明 ${recipient} 收到了您 ${time} 的消息。`,
    displayed: ({ recipient, time, length }) =>
      `${length}已过，仍没有迹象表明 ${recipient} 读了您 ${time} 的消息。`,
    confirmed: ({ recipient, time, length }) =>
      `${length}已过，${recipient} 还没有确认您 ${time} 的消息。`,
  },
  howToAnswer: (length) =>
    `您可以回复：提醒（能提醒的话我就提醒对方）、再等（再等 ${length}，或例如“再等 1 小时”），或算了。`,
  begun: {
    delivered: ({ recipient, time, deadline }) =>
      `到 ${deadline} 若没有迹象表明 ${recipient} 收到了您 ${time} 的消息，我就告诉您；否则不打扰您。`,
    displayed: ({ recipient, time, deadline }) =>
      `到 ${deadline} 若没有迹象表明 ${recipient} 读了您 ${time} 的消息，我就告诉您；否则不打扰您。`,
    confirmed: ({ recipient, time, deadline }) =>
      `到 ${deadline} 若 ${recipient} 没有确认您 ${time} 的消息，我就告诉您；否则不打扰您。`,
  },
  dropped: ({ recipient, time }) => `好的，不再关注您 ${time} 发给 ${recipient} 的消息。`,
  reminding: (recipient) => `能提醒 ${recipient} 的话我就提醒。`,
  reminder: ({ sender, time }) => `${sender} 托我提醒您：对方 ${time} 给您发过消息。`,
  listed: '您正在关注：',
  item: ({ recipient, time, deadline }) => `${recipient}：您 ${time} 的消息，到 ${deadline}`,
  rule: (contact, length) => `${contact}：每条消息，${length}`,
  ruleKept: (contact, length) =>
    `从现在起，您发给 ${contact} 的每条要求回执的消息我都关注，时限 ${length}。发送“取消关注 ${contact}”即可停止。`,
  ruleGone: (contact) => `好的，发给 ${contact} 的新消息不再关注。`,
  nothing: '您没有关注任何消息。例如可以说：如果 bob@example.org 30 分钟内没读就告诉我',
  nothingToAnswer: '没有等待这个答复的消息。',
  tooMany: '您同时关注的消息已达上限。请先放弃一些；说“关注列表”可以查看。',
  tooLong: '消息不会保留那么久。请说一个短一些的时间。',
  goals: { delivered: '已送达', displayed: '已读', confirmed: '对方确认' },
  commands: {
    one: (recipient, goal, when) =>
      `如果 ${recipient === '' ? '对方' : recipient} ${when}没${HAS[goal]}就告诉我`,
    contact: (contact, goal, length) =>
      `关注 ${contact} ${length}${goal === 'delivered' ? '' : HAS[goal]}`,
    within: (length) => `${length}内`,
    at: (clock) => `到 ${clock} `,
  },
  words,
};
