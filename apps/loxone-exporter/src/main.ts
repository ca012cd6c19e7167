import { runApp } from '@device-exporters/exporter';
import { loxoneExporter } from './app.ts';

await runApp(loxoneExporter);
