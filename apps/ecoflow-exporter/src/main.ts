import { runApp } from '@device-exporters/exporter';
import { ecoflowExporter } from './app.ts';

await runApp(ecoflowExporter);
