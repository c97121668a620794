//! The connection to Redis: one for all calls, made when it is first needed, and replaced when it breaks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::redis::aio::{ConnectionManager, MultiplexedConnection};
use ::redis::{AsyncConnectionConfig, Client, PushInfo, PushKind, RedisError, RedisResult, ScriptInvocation, Value};
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long it may take until there is a connection.
const CONNECT: Duration = Duration::from_millis(1500);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_millis(1500);

/// What calls go through.
pub(super) enum Link {
    /// A connection of our own. Unlike a `ConnectionManager` it tries again after every failure, also when the server
    /// refused the password for a while, and replaces a connection that gives no answer.
    Own(Box<Own>),
    Manager(ConnectionManager),
}

pub(super) struct Own {
    client: Client,
    line: Mutex<Option<Line>>,
}

/// A connection, and whether it is of no use any more.
#[derive(Clone)]
struct Line {
    connection: MultiplexedConnection,
    broken: Arc<AtomicBool>,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        Self::Own(Box::new(Own { client, line: Mutex::new(None) }))
    }

    /// Runs a script once, and does not try again when the answer is lost. The driver matches answers to calls by itself,
    /// also when some are given up, so a call that is dropped half-way does not disturb others.
    pub(super) async fn run(&self, script: &ScriptInvocation<'_>) -> RedisResult<Value> {
        match self {
            Self::Own(own) => own.run(script).await,
            Self::Manager(manager) => script.invoke_async(&mut manager.clone()).await,
        }
    }
}

impl Own {
    async fn run(&self, script: &ScriptInvocation<'_>) -> RedisResult<Value> {
        let Ok(line) = timeout(CONNECT, self.line()).await else {
            return Err(RedisError::from(std::io::Error::from(std::io::ErrorKind::TimedOut)));
        };
        let mut line = line?;
        let result = script.invoke_async(&mut line.connection).await;
        // No answer can also mean that the other machine is gone, which only a new connection finds out.
        if result.as_ref().is_err_and(|error| error.is_timeout() || error.is_unrecoverable_error()) {
            line.broken.store(true, Ordering::Relaxed);
        }
        result
    }

    /// The connection; a new one when there is none or it broke. Only one caller connects, the others wait.
    async fn line(&self) -> RedisResult<Line> {
        let mut current = self.line.lock().await;
        if let Some(line) = current.as_ref().filter(|line| !line.broken.load(Ordering::Relaxed)) {
            return Ok(line.clone());
        }
        *current = None;
        let line = self.connect().await?;
        *current = Some(line.clone());
        Ok(line)
    }

    async fn connect(&self) -> RedisResult<Line> {
        #[cfg(feature = "tls")]
        super::tls::ensure_provider();
        let broken = Arc::new(AtomicBool::new(false));
        let mut config =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(ANSWER));
        if self.client.get_connection_info().redis_settings().protocol().supports_resp3() {
            let broken = Arc::clone(&broken);
            config = config.set_push_sender(move |push: PushInfo| {
                if push.kind == PushKind::Disconnection {
                    broken.store(true, Ordering::Relaxed);
                }
                Ok::<_, ::redis::aio::SendError>(())
            });
        }
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(Line { connection, broken })
    }
}
