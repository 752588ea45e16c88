import type { StatusTexts } from '../language.ts';

export const statuses: StatusTexts = {
  statuses: {
    accepted: ({ time, recipient }) => `已受理：服务器已收下您 ${time} 发给 ${recipient} 的消息。`,
    relayed: ({ time, recipient, isInRoom }) =>
      `已转交：您 ${time} 发给 ${recipient} 的消息已交给${isInRoom ? '聊天室' : '对方的服务器'}。`,
    sent: ({ time, recipient }) =>
      `已发出：您 ${time} 发给 ${recipient} 的消息已经发出，尚无确认。`,
    stored: ({ time, recipient }) =>
      `已暂存：您 ${time} 发给 ${recipient} 的消息已由服务器为对方保存。`,
    failed: ({ time, recipient, condition }) =>
      `发送失败：您 ${time} 发给 ${recipient} 的消息无法送达（${condition}）。`,
    lost: ({ time, recipient }) => `已丢失：您 ${time} 发给 ${recipient} 的消息发出后没有送到。`,
    expired: ({ time, recipient }) =>
      `已过期：您 ${time} 发给 ${recipient} 的消息很久没有新的回音。`,
    delivered: ({ time, recipient }) =>
      `已送达：您 ${time} 发给 ${recipient} 的消息已到达对方的设备。`,
    displayed: ({ time, recipient }) =>
      `已读：您 ${time} 发给 ${recipient} 的消息已显示在对方的屏幕上。`,
    declined: ({ time, recipient }) => `未提供回执：${recipient} 未为您 ${time} 的消息提供回执。`,
    confirmed: ({ time, recipient }) => `已确认：${recipient} 确认收到了您 ${time} 的消息。`,
  },
  statusNames: {
    accepted: { name: '已受理', meaning: '服务器已收下消息' },
    relayed: { name: '已转交', meaning: '已交给对方的服务器' },
    sent: { name: '已发出', meaning: '已经发出，还不知道是否送到' },
    stored: { name: '已暂存', meaning: '服务器已为对方保存' },
    failed: { name: '发送失败', meaning: '无法送达' },
    lost: { name: '已丢失', meaning: '发出后没有送到' },
    expired: { name: '已过期', meaning: '很久没有新的回音' },
    delivered: { name: '已送达', meaning: '已到达对方的设备' },
    displayed: { name: '已读', meaning: '已显示在对方的屏幕上' },
    declined: { name: '未提供回执', meaning: '对方未提供回执' },
    confirmed: { name: '已确认', meaning: '对方确认收到' },
  },
  policies: {
    client: { name: '客户端', meaning: '由您的聊天软件自己回复，和平常一样' },
    automatic: { name: '自动', meaning: '消息一到您的设备就告诉对方，即使您的聊天软件不回复' },
    manual: { name: '手动', meaning: '每次先问您，您同意了才告诉对方消息已收到' },
    refuse: { name: '拒绝', meaning: '只有消息无法送达时对方才会知道' },
  },
  more: (count) => `……还有 ${count} 条。`,
  date: ({ year, month, day, time }) =>
    `${year === undefined ? '' : `${year}年`}${month}月${day}日 ${time}`,
};
