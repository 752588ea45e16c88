import type { WatchForms } from '../watch-forms.ts';

export const watchForms: WatchForms = {
  commands: {
    why: {
      name: '为什么没有回执',
      instructions: '您发出的某条消息为什么没有回执，或没有更多的回执。',
    },
    watch: { name: '关注一条消息', instructions: '只有到时还没有结果，我才告诉您。' },
    watches: { name: '我关注的消息', instructions: '您正在关注的消息，以及我告诉过您的消息。' },
    'watch-contact': {
      name: '关注联系人',
      instructions: '从现在起，发给某个联系人的每条消息都关注。',
    },
  },
  fields: {
    message: '消息',
    lastTo: '联系人：发给对方的最后一条',
    watchedContact: '联系人',
    goal: '除非出现这种情况，否则告诉我',
    length: '等多久',
    otherLength: '或其他时长，例如 45 分钟',
    otherTime: '或其他时间，例如 45 分钟或 18:00',
    whatToDo: '怎么处理',
    howMuchLonger: '再等的话：再等多久，例如 1 小时',
    watchedSoFar: '现有的关注',
  },
  lastMessage: '最后一条',
  message: (recipient, time) => `发给 ${recipient}，${time}`,
  told: (item) => `已告诉您：${item}`,
  watchAnswers: {
    keep: '暂不处理',
    remind: '能提醒的话就提醒对方',
    wait: '再等等',
    drop: '不再关注',
  },
  watchNoMore: '不再关注',
  watchNotes: {
    badMessage: '请从列表中选择一条消息。',
    badContact: '请填写联系人的地址，像 bob@example.org 这样。',
    badTime: '请填写一个时间，例如 45 分钟或 18:00。',
    badLength: '请填写一个时长，例如 45 分钟。',
    badChoice: '请只从列表中选择。',
  },
};
