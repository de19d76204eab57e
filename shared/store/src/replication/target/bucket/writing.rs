//! An object that is being written: in one request, or in parts when it is large.

use std::io::{self, Write};
use std::sync::Arc;

use object_store::aws::AmazonS3;
use object_store::path::Path;
use object_store::{
    Attributes, MultipartUpload, ObjectStore as _, ObjectStoreExt as _, PutMode,
    PutMultipartOptions, PutOptions, PutPayload,
};
use tokio::runtime::Runtime;

/// Bytes of a part.
const PART_BYTES: usize = 16 * 1024 * 1024;

/// An object on its way.
pub(super) struct Writing<'a> {
    store: &'a Arc<AmazonS3>,
    runtime: &'a Runtime,
    path: Path,
    attributes: Attributes,
    /// Whether it may go in parts.
    parts: bool,
    buffer: Vec<u8>,
    upload: Option<Box<dyn MultipartUpload>>,
}

impl<'a> Writing<'a> {
    pub(super) fn new(
        store: &'a Arc<AmazonS3>,
        runtime: &'a Runtime,
        (path, attributes): (Path, Attributes),
        parts: bool,
    ) -> Self {
        Self {
            store,
            runtime,
            path,
            attributes,
            parts,
            buffer: Vec::new(),
            upload: None,
        }
    }

    /// Makes the object, if there is none of this name.
    pub(super) fn finish(mut self) -> object_store::Result<()> {
        if self.upload.is_none() {
            let options = PutOptions {
                mode: PutMode::Create,
                attributes: self.attributes,
                ..PutOptions::default()
            };
            let payload = PutPayload::from(self.buffer);
            let put = self.store.put_opts(&self.path, payload, options);
            return self.runtime.block_on(put).map(drop);
        }
        self.send()?;
        let Some(mut upload) = self.upload else {
            return Ok(());
        };
        self.runtime.block_on(upload.complete()).map(drop)
    }

    fn send(&mut self) -> object_store::Result<()> {
        let payload = PutPayload::from(std::mem::take(&mut self.buffer));
        let upload = match &mut self.upload {
            Some(upload) => upload,
            None => {
                // Parts are never made to collide: look first. What is in parts was merged,
                // and another one who merged the same files has made the same bytes.
                if self.runtime.block_on(self.store.head(&self.path)).is_ok() {
                    return Err(object_store::Error::AlreadyExists {
                        path: self.path.to_string(),
                        source: "it was there before".into(),
                    });
                }
                let options = PutMultipartOptions {
                    attributes: self.attributes.clone(),
                    ..PutMultipartOptions::default()
                };
                let begun = self.store.put_multipart_opts(&self.path, options);
                self.upload.insert(self.runtime.block_on(begun)?)
            }
        };
        self.runtime.block_on(upload.put_part(payload))
    }
}

impl Write for Writing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.parts && self.buffer.len() >= PART_BYTES {
            self.send().map_err(io::Error::other)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
