import type { MeetingTexts } from '../language.ts';

export const meeting: MeetingTexts = {
  words:
    '您好，我是本服务器的回执助手，告诉您发出的消息后来怎么样了。发送“文字 关”我就不再打扰，发送“帮助”可以看到我能做什么。',
  question:
    '您好，我是本服务器的回执助手，只把您允许的情况告诉对方。发送“回执设置 客户端”我就不再询问，发送“回执设置 拒绝”也不再提醒，发送“帮助”可以看到我能做什么。',
};
