import type { MeetingTexts } from '../language.ts';

export const meeting: MeetingTexts = {
  words:
    'Hello, I am the bot for message receipts on this server: I say what became of your messages. “text off” makes me quiet, “help” shows what I can do.',
  question:
    'Hello, I am the bot for message receipts on this server: a sender learns from me only what you allow. “policy client” stops my questions, “policy refuse” my reminders too, “help” shows what I can do.',
  lockedQuestion:
    'Hello, I am the bot for message receipts on this server: I ask what you received, and remind you of what others wait for. This site has decided that I do; “help” shows what I can do.',
};
