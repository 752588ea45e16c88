import { expect, test } from 'vitest';
import { CommitSize } from '../../src/records/commit-size.ts';

test('the first commit is small, because nothing is known of its time', () => {
  expect(new CommitSize().messages).toBe(250);
});

test('commits are large while they are quick', () => {
  const size = new CommitSize();
  size.took(20, 1000);
  expect(size.messages).toBe(1000);
});

test('a commit that took too long makes the next ones smaller, so that they take 25 ms', () => {
  const size = new CommitSize();
  size.took(100, 1000);
  expect(size.messages).toBe(250);
});

test('commits never get smaller than a hundred messages, however long one took', () => {
  const size = new CommitSize();
  size.took(5000, 100);
  expect(size.messages).toBe(100);
});

test('commits grow again step by step when they are quick', () => {
  const size = new CommitSize();
  size.took(5000, 1000);
  const sizes = Array.from({ length: 5 }, () => {
    size.took(1, size.messages);
    return size.messages;
  });
  expect(sizes).toEqual([200, 400, 800, 1000, 1000]);
});

test('a small commit that is quick does not make the next ones larger', () => {
  const size = new CommitSize();
  size.took(100, 1000);
  size.took(1, 20);
  expect(size.messages).toBe(250);
});
