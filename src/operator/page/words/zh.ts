import type { Words } from './words.ts';

export const ZH: Words = {
  language: 'zh',
  own: '中文',
  navigation: { overview: '概览', questions: '询问', search: '搜索', logOut: '退出' },
  login: {
    title: '登录',
    token: '令牌',
    submit: '登录',
    wrong: '令牌不正确。',
    tooMany: (seconds) => `错误的令牌太多，请在 ${seconds} 秒后重试。`,
    where: '令牌在守护进程设置中 “http.tokenFile” 指定的文件里。',
  },
  search: {
    label: '地址或消息 id',
    title: '搜索',
    nothing: '没有找到消息。',
    where: '在最新的 10,000 条消息中，以及某个发送者的全部消息中查找。请输入完整的地址或 id。',
  },
  live: { isLive: '实时', isStill: '非实时', pause: '暂停', resume: '继续' },
  headings: {
    state: '状态',
    funnel: '消息走到了哪一步',
    failures: '出了什么问题',
    untold: '为什么没有告诉发送者',
    rates: '每秒事实数和回执数',
    lag: '延迟（秒）',
    newest: '最新消息',
  },
  funnel: {
    accepted: '已接受',
    onItsWay: '已存储或已发出',
    delivered: '已送达',
    displayed: '已显示',
  },
  columns: {
    accepted: '接受时间 (UTC)',
    sender: '发送者',
    recipient: '接收者',
    id: 'Id',
    status: '状态',
    senderKnows: '发送者可知',
    asked: '询问时间 (UTC)',
  },
  message: {
    title: '一条消息',
    happened: '发生了什么 (UTC)',
    told: '告诉了发送者什么',
    toldInWords: '用文字告诉了发送者什么',
    next: '接收者一方',
    tick: '代发回执',
    question: '询问',
    unknown:
      '没有保存这样的消息。它是否早于 “retentionDays”，是否没有请求回执，或者地址的写法不同？',
  },
  findings: {
    colours: { red: '红', amber: '黄', green: '绿' },
    expected: '应为：',
    places: {
      settings: '写入守护进程的设置：',
      prosody: '写入 prosody.cfg.lua：',
      ejabberd: '写入 ejabberd.yml：',
    },
    afterwards:
      '请把 “the text of the secret” 换成您的密钥，然后重启服务器；若改了守护进程的设置，则重启守护进程。详见 docs/check.md。',
    sum: ({ red, amber }) =>
      red + amber === 0 ? '一切正常。' : `错误 ${red} 项，值得留意 ${amber} 项。`,
  },
  facts: '事实',
  receipts: '回执',
  median: '从事实到回执（中位数）',
  noQuestions: '没有等待中的询问。',
  questionsWait: '等待回答的询问',
  none: '无。',
  upFor: (minutes) => `已运行 ${minutes} 分钟。`,
  ofTheLast: (messages) => `最近 ${messages} 条消息。`,
  waiting: ({ receipts, ticks, questions }) =>
    `等待中：${receipts} 个回执，${ticks} 个代发回执，${questions} 个询问。`,
  statuses: {
    accepted: '已接受',
    relayed: '已转交',
    sent: '已发出',
    stored: '已存储',
    failed: '失败',
    lost: '丢失',
    expired: '过期',
    delivered: '已送达',
    displayed: '已显示',
    declined: '已拒绝',
    confirmed: '已确认',
  },
  kinds: {
    accepted: '服务器接受了它',
    relayed: '转交给了另一台服务器',
    stored: '已存储',
    gone: '存储中已不存在',
    kept: '为离线会话保留',
    failed: '失败',
    sent: '发送到了一个会话',
    acked: '会话已确认收到',
    lost: '会话随它一起结束',
    received: '客户端表示：已收到',
    displayed: '客户端表示：已显示',
    approved: '接收者同意',
    declined: '接收者拒绝',
    expired: '太久没有动静',
  },
  reasons: {
    'not-accepted': '还没有服务器表示接受了该消息',
    'sender-is-elsewhere': '发送者不是我们域的用户',
    'nothing-to-tell': '没有新消息',
    'not-asked-for':
      '发送者和设置（“receipts.statuses”、“receipts.textStatuses”）都没有要求这个状态',
    'already-told': '之前已经告诉过发送者这个或更多',
    'client-answered': '接收者的客户端已自行回答，发送者的客户端会显示',
    'client-shows-it': '发送者的客户端会自行显示（它请求了标记）',
    'server-told': '服务器已把自己的错误告诉发送者的客户端',
    'words-off': '发送者不需要文字说明',
    mentioned: '一天之内已经对发送者提到过该联系人',
    'not-then': '刚得知时按当时的选择不应告知',
    'left-to-the-client': '接收者的策略是交给客户端决定',
    'recipient-decides': '接收者的策略不允许发送者知道',
    'presence-not-shared': '发送者无权看到接收者的在线状态',
    'recipient-hides': '接收者对发送者隐身',
    ticked: '已经送达',
    'server-cannot': '接收者的服务器无法代发',
    'not-on-a-device': '不知道该消息是否到了设备上',
    'not-manual': '接收者的策略不是 “manual”',
    answered: '接收者已回答',
    order: '已下达',
    wait: '等待中，让客户端先回答',
    ask: '将询问接收者',
  },
  outcome: ({ kind }, reason, time) => {
    switch (kind) {
      case 'told':
        return `已告知 ${time}`;
      case 'waits':
        return `将于 ${time} 告知，除非之前有更多进展`;
      case 'overtaken':
        return '未告知：回执发出前已有更多进展';
      case 'withheld':
      case 'held':
        return `未告知：${reason}`;
      default:
        return kind satisfies never;
    }
  },
};
