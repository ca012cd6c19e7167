import { runApp } from '@device-exporters/exporter';
import { kasaGraphite } from './app.ts';

await runApp(kasaGraphite);
