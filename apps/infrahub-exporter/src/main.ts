import { runApp } from '@device-exporters/exporter';
import { infrahubExporter } from './app.ts';

await runApp(infrahubExporter);
