import { resultOf } from '../../protocol/iq.ts';
import { NS } from '../../protocol/namespaces.ts';
import { type Element, element } from '../../protocol/xml.ts';
import { type AskerParts, languageOfAsker } from './asker.ts';
import { AVATAR } from './avatar.ts';

/** XEP-0054: who the bot is, in the language of the user who asks. */
export async function answerVcard(request: Element, parts: AskerParts): Promise<Element> {
  const { forms } = await languageOfAsker(request, parts);
  return resultOf(
    request,
    element(
      'vCard',
      { xmlns: NS.vcard },
      element('FN', {}, forms.bot),
      element('NICKNAME', {}, forms.bot),
      element('DESC', {}, forms.about),
      element('PHOTO', {}, element('TYPE', {}, AVATAR.type), element('BINVAL', {}, AVATAR.base64)),
    ),
  );
}

/** XEP-0153 §4.1: stands in our presence, so that clients ask for the card. */
export function vcardUpdate(): Element {
  return element('x', { xmlns: NS.vcardUpdate }, element('photo', {}, AVATAR.sha1));
}
