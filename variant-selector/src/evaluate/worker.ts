// A thread of an evaluation: plays the folds that it is sent.

import { parentPort, workerData } from 'node:worker_threads';
import { type Assignment, openGame } from './run.ts';

const play = openGame(workerData as Assignment);
parentPort!.on('message', (fold: number) => parentPort!.postMessage(play(fold)));
