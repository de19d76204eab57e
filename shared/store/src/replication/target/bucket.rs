//! A replica in a bucket of an S3-compatible store, in the layout that Litestream has there.

mod writing;

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, BackoffConfig, GetOptions, GetRange, ObjectStore as _,
    ObjectStoreExt as _, PutMode, PutOptions, PutPayload, RetryConfig, UpdateVersion,
};
use tokio::runtime::Runtime;

use super::carrier::Carrier;
use super::{FileInfo, FileName, Level, Produce, ReplicaTarget, TargetError};
use crate::replication::name::LEVEL_RAW;
use writing::Writing;

/// Bytes that one request reads.
const READ_BYTES: u64 = 4 * 1024 * 1024;

/// Tries of one request, and how long they may take together.
const TRIES_MAX: usize = 2;
const TRYING_MAX: Duration = Duration::from_secs(10);

/// Where Litestream keeps the time of a file.
const TIMESTAMP: &str = "litestream-timestamp";

/// Which bucket, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketPlace {
    /// The store's address; the one of AWS when there is none.
    pub endpoint: Option<String>,
    pub region: String,
    pub bucket: String,
    /// The folder of this database in it.
    pub prefix: String,
}

/// Why a bucket cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BucketInvalid {
    #[error("the bucket's settings are wrong")]
    Settings(#[source] object_store::Error),
    #[error("the system gives no thread for the bucket's connections")]
    Thread(#[from] io::Error),
}

/// A bucket. Its calls block, and must not be made where others wait for the same thread.
#[derive(Debug)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    place: BucketPlace,
    runtime: Option<Runtime>,
}

/// What a small object holds, and which version of it that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tagged {
    pub bytes: Vec<u8>,
    pub tag: String,
}

impl Bucket {
    /// The bucket at `place`, for who has this key.
    ///
    /// # Errors
    ///
    /// The settings make no sense.
    pub fn new(place: BucketPlace, key_id: &str, secret: &str) -> Result<Self, BucketInvalid> {
        let retry = RetryConfig {
            backoff: BackoffConfig {
                init_backoff: Duration::from_millis(50),
                max_backoff: Duration::from_secs(2),
                base: 2.0,
            },
            max_retries: TRIES_MAX,
            retry_timeout: TRYING_MAX,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&place.bucket)
            .with_region(&place.region)
            .with_access_key_id(key_id)
            .with_secret_access_key(secret)
            .with_conditional_put(S3ConditionalPut::ETagMatch)
            .with_retry(retry)
            .with_http_connector(Carrier);
        if let Some(endpoint) = &place.endpoint {
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(endpoint.starts_with("http://"));
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("store-bucket")
            .enable_all()
            .build()?;
        Ok(Self {
            store: Arc::new(builder.build().map_err(BucketInvalid::Settings)?),
            place,
            runtime: Some(runtime),
        })
    }

    fn runtime(&self) -> &Runtime {
        self.runtime.as_ref().expect("there until it is dropped")
    }

    fn path(&self, rest: &str) -> Path {
        Path::from(format!("{}/{rest}", self.place.prefix))
    }

    fn file(&self, name: FileName) -> Path {
        self.path(&format!("{:04x}/{}", name.level.0, name.file()))
    }

    fn unreachable(&self, error: object_store::Error) -> TargetError {
        TargetError::Unreachable {
            place: self.place(),
            source: io::Error::other(error),
        }
    }

    /// Reads a small object; none when it is not there.
    ///
    /// # Errors
    ///
    /// The store cannot be reached.
    pub fn read(&self, rest: &str) -> Result<Option<Tagged>, TargetError> {
        let path = self.path(rest);
        let read = self.runtime().block_on(async {
            let found = self.store.get(&path).await?;
            let tag = found.meta.e_tag.clone().unwrap_or_default();
            let bytes = found.bytes().await?.to_vec();
            Ok(Tagged { bytes, tag })
        });
        match read {
            Ok(found) => Ok(Some(found)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.unreachable(error)),
        }
    }

    /// Writes a small object if it is as it was seen: none when it was not there, else its
    /// tag. Says the new tag; none when somebody was faster.
    ///
    /// # Errors
    ///
    /// The store cannot be reached; then it may be written or not.
    pub fn write_if(
        &self,
        rest: &str,
        seen: Option<&str>,
        bytes: &[u8],
    ) -> Result<Option<String>, TargetError> {
        let mode = match seen {
            None => PutMode::Create,
            Some(tag) => PutMode::Update(UpdateVersion {
                e_tag: Some(tag.to_owned()),
                version: None,
            }),
        };
        let options = PutOptions {
            mode,
            ..PutOptions::default()
        };
        let payload = PutPayload::from(bytes.to_vec());
        let path = self.path(rest);
        let put = self.store.put_opts(&path, payload, options);
        match self.runtime().block_on(put) {
            Ok(done) => Ok(Some(done.e_tag.unwrap_or_default())),
            Err(
                object_store::Error::AlreadyExists { .. }
                | object_store::Error::Precondition { .. }
                | object_store::Error::NotFound { .. },
            ) => Ok(None),
            Err(error) => Err(self.unreachable(error)),
        }
    }

    /// Removes a small object.
    ///
    /// # Errors
    ///
    /// The store cannot be reached.
    pub fn erase(&self, rest: &str) -> Result<(), TargetError> {
        let path = self.path(rest);
        match self.runtime().block_on(self.store.delete(&path)) {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.unreachable(error)),
        }
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        // A runtime must not be waited for by a thread that runs another one.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl ReplicaTarget for Bucket {
    fn place(&self) -> String {
        let endpoint = self.place.endpoint.as_deref().unwrap_or("s3:/");
        format!("{endpoint}/{}/{}", self.place.bucket, self.place.prefix)
    }

    fn list(&self, level: Level) -> Result<Vec<FileInfo>, TargetError> {
        let folder = self.path(&format!("{:04x}", level.0));
        let listed = self
            .runtime()
            .block_on(self.store.list_with_delimiter(Some(&folder)));
        let listed = listed.map_err(|error| self.unreachable(error))?;
        let info = |object: object_store::ObjectMeta| {
            let name = FileName::parse(level, object.location.filename()?)?;
            Some(FileInfo {
                name,
                bytes: object.size,
                written_at_ms: object.last_modified.timestamp_millis(),
            })
        };
        Ok(listed.objects.into_iter().filter_map(info).collect())
    }

    fn open(&self, name: FileName) -> Result<Box<dyn Read + Send>, TargetError> {
        let mut reading = Reading {
            store: Arc::clone(&self.store),
            handle: self.runtime().handle().clone(),
            path: self.file(name),
            at: 0,
            size: None,
            buffer: io::Cursor::new(Vec::new()),
        };
        match reading.more() {
            Ok(()) => Ok(Box::new(reading)),
            Err(object_store::Error::NotFound { .. }) => Err(TargetError::Missing(name)),
            Err(error) => Err(self.unreachable(error)),
        }
    }

    fn create(
        &self,
        name: FileName,
        written_at_ms: i64,
        produce: Produce<'_>,
    ) -> Result<(), TargetError> {
        let timestamp = jiff::Timestamp::from_millisecond(written_at_ms).unwrap_or_default();
        let mut attributes = Attributes::new();
        let key = Attribute::Metadata(TIMESTAMP.into());
        attributes.insert(key, timestamp.to_string().into());
        // A raw file is published in one request, for only that can be made to collide.
        let parts = name.level != LEVEL_RAW;
        let path = self.file(name);
        let mut writing = Writing::new(&self.store, self.runtime(), (path, attributes), parts);
        let done = produce(&mut writing).map_err(|source| TargetError::Unreachable {
            place: self.place(),
            source,
        });
        match done.map(|()| writing.finish())? {
            Ok(()) => Ok(()),
            Err(
                object_store::Error::AlreadyExists { .. }
                | object_store::Error::Precondition { .. },
            ) => Err(TargetError::AlreadyThere(name)),
            Err(error) => Err(self.unreachable(error)),
        }
    }

    fn remove(&self, name: FileName) -> Result<(), TargetError> {
        self.erase(&format!("{:04x}/{}", name.level.0, name.file()))
    }

    fn set_aside(&self, name: FileName) -> Result<(), TargetError> {
        let path = self.file(name);
        let aside = self.path(&format!("{:04x}/{}.damaged", name.level.0, name.file()));
        let moved = self.runtime().block_on(async {
            self.store.copy(&path, &aside).await?;
            self.store.delete(&path).await
        });
        moved.map_err(|error| self.unreachable(error))
    }
}

/// An object that is read piece by piece.
struct Reading {
    store: Arc<AmazonS3>,
    handle: tokio::runtime::Handle,
    path: Path,
    at: u64,
    size: Option<u64>,
    buffer: io::Cursor<Vec<u8>>,
}

impl Reading {
    fn more(&mut self) -> object_store::Result<()> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(self.at..self.at + READ_BYTES)),
            ..GetOptions::default()
        };
        let bytes = self.handle.block_on(async {
            let found = self.store.get_opts(&self.path, options).await?;
            self.size = Some(found.meta.size);
            found.bytes().await
        })?;
        self.at += bytes.len() as u64;
        self.buffer = io::Cursor::new(bytes.to_vec());
        Ok(())
    }
}

impl Read for Reading {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.buffer.read(bytes)?;
        if read > 0 || bytes.is_empty() || self.size.is_some_and(|size| self.at >= size) {
            return Ok(read);
        }
        self.more().map_err(io::Error::other)?;
        self.buffer.read(bytes)
    }
}
