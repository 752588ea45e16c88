import type { HelpTexts, MisunderstoodTexts, UnreadTexts } from '../language.ts';

export const help: HelpTexts = {
  intro: '我告诉您消息后来怎么样了，也让您决定对方能知道什么。您可以发送：',
  sections: [
    {
      heading: '您发出的消息',
      short: ['状态', '状态 bob@example.org', '为什么', '回执', '文字 开', '文字 关'],
      lines: [
        { example: '状态', meaning: '您最近的消息怎么样了' },
        { example: '状态 bob@example.org', meaning: '最近发给这个联系人的消息怎么样了' },
        {
          example: '为什么 bob@example.org',
          meaning: '为什么没有这个联系人最近一条消息的回音；或：为什么',
        },
        { example: '回执', meaning: '查看您会收到哪些回执' },
        { example: '回执 已暂存、发送失败', meaning: '选择回执（或：全部、无、默认）' },
        { example: '文字 开', meaning: '另外用文字告诉您（开、关、默认）' },
        { example: '文字 发送失败、已丢失', meaning: '只用文字告诉您这些（或：全部）' },
      ],
    },
    {
      heading: '发给您的消息',
      short: ['回执设置', '回执设置 手动', '待确认', '是 bob', '否 永不'],
      lines: [
        { example: '回执设置', meaning: '查看对方能知道什么' },
        {
          example: '回执设置 手动',
          meaning: '选择回执设置（客户端 或 我的软件、自动、手动、拒绝、默认）',
        },
        { example: '回执设置 对 bob@example.org 拒绝', meaning: '为某个联系人单独设置' },
        { example: '回执设置 对 example.net 自动', meaning: '为整个域名单独设置' },
        {
          example: '谢绝时通知对方 开',
          meaning: '您回答“否”或拒绝时，是否让对方知道（开、关、默认）',
        },
        { example: '待确认', meaning: '查看等您确认的消息；回答 是、否 或 稍后' },
        { example: '是 1、3', meaning: '回答其中几项，也可以写名字：是 bob；全部回答：是 全部' },
        { example: '是 以后都给', meaning: '回答，并且以后不再问您；或：否，以后都不给' },
      ],
    },
    {
      heading: '我怎样和您交流',
      short: ['语言 英文'],
      lines: [
        { example: '语言 英文', meaning: '我使用的语言（{languages}，默认）' },
        { example: '时区', meaning: '时间按哪个时区显示' },
        { example: '时区 Asia/Shanghai', meaning: '选择时区（或：+08:00，默认）' },
      ],
    },
  ],
  forAdmins: {
    heading: '管理员',
    short: ['统计'],
    lines: [{ example: '统计', meaning: '查看等待处理的数量和各项计数' }],
  },
  policies: '各种回执设置：',
  all: '发送“帮助 全部”可以看到所有用法。',
  brief: (words) => `我能听懂：${words.join('、')}。给我发送“帮助 全部”可以看到每个词的用法。`,
};

export const misunderstood: MisunderstoodTexts = {
  opening: (found) => `“${found}”这句我没看懂。`,
  empty: '您的消息里没有我能回答的内容。',
  doubt: (command) => `您是想说“${command}”吗？如果是，请回复“是”。`,
  couldSay: (commands) => `您是想说“${commands.join('”，还是“')}”呢？请发送其中一句。`,
  askForHelp: '发送“帮助”可以看到我能听懂的话。',
};

export const unread: UnreadTexts = {
  encrypted: '我无法阅读加密的消息。请在这个聊天中关闭加密，再发一次。',
  correction: '我不读更正过的消息，请作为新消息再发一次。',
};
