import type { MeetingTexts } from '../language.ts';

export const meeting: MeetingTexts = {
  words:
    'Hallo, ich bin der Bot für Empfangsbestätigungen auf diesem Server: Ich sage Ihnen, was aus Ihren Nachrichten wurde. Mit „worte aus“ schweige ich, „hilfe“ zeigt, was ich kann.',
  question:
    'Hallo, ich bin der Bot für Empfangsbestätigungen auf diesem Server: Ein Absender erfährt von mir nur, was Sie erlauben. Mit „richtlinie app“ frage ich nicht mehr, mit „richtlinie verweigern“ erinnere ich auch nicht mehr, „hilfe“ zeigt, was ich kann.',
  lockedQuestion:
    'Hallo, ich bin der Bot für Empfangsbestätigungen auf diesem Server: Ich frage, was Sie erhalten haben, und erinnere an das, worauf andere warten. So hat es dieser Server festgelegt; „hilfe“ zeigt, was ich kann.',
};
