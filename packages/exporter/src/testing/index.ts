/**
 * For tests only: a second entry point, so that no bundle of an app ever holds this.
 */
export { type Page, type PageLine, readPage } from './page.ts';
export { type Program, runProgram, startProgram } from './program.ts';
export { type AppStart, type AppUnderTest, type LogRecord, startApp } from './running-app.ts';
export { until } from './until.ts';
