import type { ZoneTexts, ZoneWords } from '../zone-text.ts';

export const zone: ZoneTexts = {
  inUse: {
    user: (time, name) => `时间按时区 ${name} 显示，现在是 ${time}。`,
    app: (time) => `时间按您的聊天软件的时区显示，现在是 ${time}。`,
    server: (time) =>
      `我不知道您的时区，时间按本服务器显示，现在是 ${time}。要设置您的时区，例如发送：时区 Asia/Shanghai`,
  },
  unknown: (found) =>
    `没有找到时区“${found}”。请写地区和城市，例如 Asia/Shanghai，或与 UTC 的时差，例如 +08:00。发送“时区 默认”则按您的聊天软件显示。`,
  field: '时区，例如 Asia/Shanghai 或 +08:00；留空则按聊天软件',
};

export const zoneWords: ZoneWords = {
  places: {
    北京: 'Asia/Shanghai',
    北京时间: 'Asia/Shanghai',
    上海: 'Asia/Shanghai',
    中国: 'Asia/Shanghai',
    东八区: '+08:00',
    香港: 'Asia/Hong_Kong',
    台北: 'Asia/Taipei',
    新加坡: 'Asia/Singapore',
    东京: 'Asia/Tokyo',
  },
};
