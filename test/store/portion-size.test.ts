import { expect, test } from 'vitest';
import { PortionSize } from '../../src/store/portion-size.ts';

test('the first portion is small, because nothing is known of its time', () => {
  expect(new PortionSize().messages).toBe(250);
});

test('portions are large while they are quick', () => {
  const size = new PortionSize();
  size.took(20, 1000);
  expect(size.messages).toBe(1000);
});

test('a portion that took too long makes the next ones smaller, so that they take 25 ms', () => {
  const size = new PortionSize();
  size.took(100, 1000);
  expect(size.messages).toBe(250);
});

test('portions never get smaller than a hundred messages, however long one took', () => {
  const size = new PortionSize();
  size.took(5000, 100);
  expect(size.messages).toBe(100);
});

test('portions grow again step by step when they are quick', () => {
  const size = new PortionSize();
  size.took(5000, 1000);
  const sizes = Array.from({ length: 5 }, () => {
    size.took(1, size.messages);
    return size.messages;
  });
  expect(sizes).toEqual([200, 400, 800, 1000, 1000]);
});

test('a small portion that is quick does not make the next ones larger', () => {
  const size = new PortionSize();
  size.took(100, 1000);
  size.took(1, 20);
  expect(size.messages).toBe(250);
});
