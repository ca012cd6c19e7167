import { runApp } from '@device-exporters/exporter';
import { tapoExporter } from './app.ts';

await runApp(tapoExporter);
