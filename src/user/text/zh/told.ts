import type { Digest, ToldTexts } from '../language.ts';

export const told: ToldTexts = {
  told: {
    sent: ({ time, recipient }) =>
      `已发出：您 ${time} 发给 ${recipient} 的消息已经发出，尚无确认。对方的聊天软件可能不提供确认，一天之内不再提醒。`,
  },
  digests: {
    accepted: (of) => `已受理：服务器已收下${messages(of)}。`,
    relayed: (of) => `已转交：${messages(of)}已交给${of.isInRoom ? '聊天室' : '对方的服务器'}。`,
    sent: (of) => `已发出：${messages(of)}已经发出，尚无确认。`,
    stored: (of) => `已暂存：${messages(of)}仍在等待，已由服务器为对方保存。`,
    failed: (of) => `发送失败：${messages(of)}无法送达（${of.condition}）。`,
    lost: (of) => `已丢失：${messages(of)}发出后没有送到。`,
    expired: (of) => `已过期：${messages(of)}很久没有新的回音。`,
    delivered: (of) => `已送达：${messages(of)}已到达对方的设备。`,
    displayed: (of) => `已读：${messages(of)}已显示在对方的屏幕上。`,
    declined: (of) => `未提供回执：对方未为${messages(of)}提供回执。`,
    confirmed: (of) => `已确认：对方确认收到了${messages(of)}。`,
  },
};

function messages({ count, recipient, time, to }: Digest): string {
  const when = to === undefined ? time : `${time} 至 ${to}`;
  return `您发给 ${recipient} 的 ${count} 条消息（${when}）`;
}
