import type { Asked, ReplyTexts } from '../language.ts';

export const replies: ReplyTexts = {
  questions: {
    one: (asked) => `${asked.sender} 想知道您是否收到了 ${about(asked)}。`,
    several: '以下各位想知道您是否收到了他们的消息：',
    item: (number, asked) => `${number}. ${asked.sender}，${about(asked)}`,
    more: (count) => `……还有 ${count} 项，发送“待确认”即可查看。`,
    howToAnswerOne: '请回复：是、否，或稍后。',
    howToAnswerOneForGood:
      '请回复：是、否，或稍后。也可以一次说定：“是，以后都给”，或“否，以后都不给”。',
    howToAnswerSeveral: (first, second) =>
      `请这样回复：“是 ${first}”、“否 ${second}”，或“稍后 全部”。`,
    forGoodOfOne: '也可以一次说定：“是，以后都给”，或“否，以后都不给”。',
    forGoodOfSeveral: (first, second) =>
      `也可以一次说定：“以后都给 ${first}”，或“以后都不给 ${second}”。`,
    closed: '这一项已经不需要确认了，没有作任何更改。',
    takenBack: '您撤回了表情回应，但这不会改变什么：已经回答的仍然有效，没有回答的仍在等您确认。',
    notAnswered: '好的，什么都没有回答。',
    forGood: {
      yes: (contact) => `以后 ${contact} 会知道消息已到达您的设备，不再问您。`,
      no: (contact) => `以后 ${contact} 不会收到您的回执，也不再问您。`,
    },
    takeBack: (command) => `要撤销，请发送：${command}`,
    none: '现在没有待您确认的消息。',
    which: '有好几项待确认，请说明是哪一项：',
    noSuch: (number) => `没有第 ${number} 项待确认。`,
    answered: {
      yes: (asked) => `谢谢。${asked.sender} 会知道您收到了 ${about(asked)}。`,
      no: (asked) => `好的，不会为 ${asked.sender} ${about(asked)}提供回执。`,
      later: (asked) => `好的，我稍后再问您是否收到了 ${asked.sender} ${about(asked)}。`,
    },
    answeredSeveral: {
      yes: '谢谢。以下各位会知道您收到了他们的消息：',
      no: '好的，不给以下各位回执：',
      later: '好的，这些我稍后再问您：',
    },
  },
  policy: {
    inForce: ({ name, meaning }) => `您的回执设置是“${name}”：${meaning}。`,
    byDefault: '您还没有自己选择，这是本服务器的默认设置。',
    locked: '本服务器上所有人的回执设置都一样，不能更改。',
    exceptions: '以下是例外：',
    exception: (peer, policy) => `${peer}：${policy}`,
    tellsDeclined: '您谢绝时（回答“否”，或拒绝），对方会知道。',
    hidesDeclined: '您谢绝时（回答“否”，或拒绝），对方不会知道。',
    changed: {
      'in-force': '已更改，即刻生效。',
      'not-promised': '已保存，但本服务器不能保证它对您的所有设备都有效。原因请询问管理员。',
      kept: '已保存。现在连不上服务器，连上后立即生效。',
    },
    byOperator: {
      forAll: (policy) =>
        policy === undefined
          ? '管理员已将您的回执设置恢复为本服务器默认，发送“回执设置”即可查看。'
          : `管理员已将您的回执设置设为“${policy}”，发送“回执设置”即可查看。`,
      forOne: (contact, policy) =>
        policy === undefined
          ? `管理员已取消您对 ${contact} 的例外，发送“回执设置”即可查看。`
          : `管理员已将您对 ${contact} 的回执设置设为“${policy}”，发送“回执设置”即可查看。`,
    },
  },
  receipts: {
    wanted: (statuses) => `消息处于以下状态时您会收到回执：${statuses.join('、')}。`,
    none: '您不会收到任何回执。',
    byDefault: '您还没有自己选择，这是本服务器的默认设置。',
    withText: (statuses) =>
      `遇到这些状态，我还会用文字告诉您：${statuses.join('、')}；您的聊天软件自己显示的除外。`,
    withoutText: '我不另外用文字告诉您，由聊天软件自己显示。',
    language: (name) => `我用${name}和您交流。`,
    changed: '已更改。',
  },
  status: { none: '没有找到您发出的、请求回执的这类消息。较早的消息过一段时间就不再保留。' },
  statistics: {
    waiting: '等待处理：',
    backlog: { receipts: '待发的回执', ticks: '待送的勾号', questions: '待确认' },
    counted: '启动以来：',
    nothingCounted: '启动以来还没有任何计数。',
    line: (name, count) => `${name}：${count}`,
  },
  refusals: {
    locked: '本服务器上所有人的回执设置都一样，不能更改。',
    'admins-only': '只有管理员可以查看。',
    'too-many-exceptions':
      '例外的数量已达上限。请先去掉一个，例如：回执设置 对 bob@example.org 默认',
    'store-fails': '抱歉，我暂时办不到，请过一分钟再说一次。',
    'too-many-commands': '您发得太快了，请过一分钟再试。',
  },
};

function about({ messages, from, to }: Asked): string {
  const when = to === undefined ? from : `${from} 至 ${to}`;
  return messages === 1 ? `${when} 的消息` : `${when} 的 ${messages} 条消息`;
}
