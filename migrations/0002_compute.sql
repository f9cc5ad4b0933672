-- Where the kernels of a version's training ran: webgpu, webasm or cpu.
ALTER TABLE model_versions ADD COLUMN compute TEXT NOT NULL DEFAULT 'cpu';
