import type { App } from './app.ts';
import { seen } from './seen.ts';
import { BOB, BOT, CAROL, type World } from './world.ts';

const MESSAGE = 'The train leaves at eight.';
/** It bears no tick yet. */
const NEXT_MESSAGE = 'And bring an umbrella.';
const TO_CAROL = ['Are you coming tonight?', 'Bring the map, please.', 'And call me.'];

/** To the bot, about the last message to Bob. */
const WATCH = `tell me if ${BOB} has not confirmed it in 2 minutes`;

/** Takes what is on that screen now, under that name. */
export type Take = (name: string, picture: Promise<Buffer>) => Promise<void>;

export interface Play {
  readonly alice: App;
  readonly bob: App;
  readonly world: Pick<World, 'counted'>;
  readonly take: Take;
}

/** Everything that there is to see, from the first message on. */
export async function playAll({ alice, bob, world, take }: Play): Promise<void> {
  await theFirstMessage(alice, take);
  await aQuestionAndItsTick(alice, bob, take);
  await aWatchThatFires(alice, take);
  await theOtherWatchWasSilent(world);
  if (alice.asksTheAbsent) await aDigest(alice, take);
  if (bob.pictureOfForm !== undefined) await take('policy', bob.pictureOfForm());
}

async function theFirstMessage(alice: App, take: Take): Promise<void> {
  await alice.openChat(BOT);
  await alice.write('text on');
  await alice.see('also write to you when');
  await take('first', alice.picture());
}

/** Bob decides by himself about each message. Alice has this one watched, and as he answers she hears nothing. */
async function aQuestionAndItsTick(alice: App, bob: App, take: Take): Promise<void> {
  await bob.openChat(BOT);
  await bob.write('policy manual');
  await bob.see('Your policy is manual');
  await alice.openChat(BOB);
  await alice.write(MESSAGE);
  await alice.openChat(BOT);
  await alice.write(WATCH);
  await alice.see('Else you hear nothing');
  await bob.see('asks whether you received');
  await bob.sayYes();
  await bob.see('Thank you');
  await take('question', bob.picture());
  await alice.openChat(BOB);
  await alice.seeTick(MESSAGE);
  await alice.write(NEXT_MESSAGE);
  await alice.see(NEXT_MESSAGE);
  await take('tick', alice.picture());
}

/** Bob does not answer this time. */
async function aWatchThatFires(alice: App, take: Take): Promise<void> {
  await alice.openChat(BOT);
  await alice.write(WATCH);
  await alice.see('No word so far from');
  await take('watch', alice.picture());
}

/** The deadline of the message that Bob answered was over before: the bot wrote nothing about it. */
async function theOtherWatchWasSilent(world: Play['world']): Promise<void> {
  await seen(async () => (await world.counted('notices sent')) > 0, 'a notice that is counted');
  const notices = await world.counted('notices sent');
  const silent = await world.counted('watches ended: happened');
  if (notices !== 1 || silent !== 1)
    throw new Error(`expected 1 notice and 1 silent watch, found ${notices} and ${silent}`);
}

/** Several messages wait for Carol. */
async function aDigest(alice: App, take: Take): Promise<void> {
  await alice.openChat(CAROL);
  for (const text of TO_CAROL) await alice.write(text);
  await alice.openChat(BOT);
  await alice.see('of your messages to');
  await take('digest', alice.picture());
}
