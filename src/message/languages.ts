/** RFC 5646: the languages that we speak. Each has a folder in user/text. */
export const LANGUAGES = ['en', 'zh', 'de'] as const;
export type LanguageCode = (typeof LANGUAGES)[number];
