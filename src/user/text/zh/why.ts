import type { WhyTexts } from '../why-text.ts';

export const why: WhyTexts = {
  told: (time) => `我在 ${time} 已告诉过您。`,
  toldOnce: '我已告诉过您。',
  unheard: {
    'words-off': '您关闭了文字，所以我没有用文字告诉您。发送“文字 开”即可开启。',
    'not-wanted': '这不在您要的回执之中。发送“回执”可以查看和更改。',
    'not-named': '您的聊天软件只要了某几种回执，其中没有这一种。',
    'app-shows-it': '对方的聊天软件已经确认，您的聊天软件会自己显示（勾号或“已读”）。',
    'server-said-it': '您的服务器已经告诉了您的聊天软件，由它自己显示。',
    soon: '我先稍等一下，对方的聊天软件可能会自己确认。',
  },
  presenceNotSeen: (recipients) =>
    `您看不到 ${recipients} 是否在线，所以我只能告诉您您自己的服务器做了什么，以及对方自己说了什么。双方互为联系人之后，我可以告诉您更多。`,
  nothingMore: '我能告诉您的只有这些：也许还没有别的动静，也许不便告知。',
  none: '我没有找到这样的消息。只有请求回执的消息我才知道（请在聊天软件里开启），较早的消息过一段时间就不再保留。',
};
