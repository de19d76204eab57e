//! The thin pump around the sans-IO session: messages, the database's answers and the clock
//! go in, what is to be done comes out.

use std::sync::Arc;
use std::time::Duration;

use domain::time::Timestamp;
use protocol::batch::Batch;
use protocol::message::{Hello, Message, Welcome};
use protocol::session::{DownReason, Input, Output, Session};
use tokio::sync::{mpsc, watch};

/// How often the session looks at the clock.
const TICK: Duration = Duration::from_millis(500);

/// One read, one apply and one greeting or keeping may be under way at once.
const ANSWERS_MAX: usize = 4;

/// What a session works on: our database on one side, the peer on the other.
pub trait Peer: Send + Sync + 'static {
    /// What can go wrong with our database.
    type Fault: std::error::Error + Send + Sync + 'static;

    /// The next batch of our feed for this peer.
    fn read(
        &self,
        session: i64,
        after: i64,
    ) -> impl Future<Output = Result<Batch, Self::Fault>> + Send;

    /// Applies the peer's batch; done when it is durable.
    fn apply(&self, batch: Batch) -> impl Future<Output = Result<(), Self::Fault>> + Send;

    /// Hub: how far it has come with this node. A node is never asked.
    fn greet(&self, hello: Hello) -> impl Future<Output = Result<Welcome, Self::Fault>> + Send;

    /// Node: keeps what the hub has handed out; done when it is durable. A hub is never asked.
    fn keep(&self, welcome: Welcome) -> impl Future<Output = Result<(), Self::Fault>> + Send;

    /// Gives the message to the transport. One that does not fit is lost, and the session
    /// says it again.
    fn send(&self, message: &Message);

    /// The peer said something.
    fn heard(&self, message: &Message);

    /// Both sides know where they stand.
    fn up(&self);

    /// The time.
    fn now(&self) -> Timestamp;
}

/// Why a pump stopped.
#[derive(Debug)]
pub enum End<F> {
    /// The session is over.
    Down(DownReason),
    /// The same node opened a newer session.
    Superseded(Hello),
    /// Nobody gives us messages any more.
    Closed,
    /// Our own database failed.
    Fault(F),
}

/// Runs `session` to its end.
pub async fn run<P: Peer>(
    mut session: Session,
    peer: Arc<P>,
    inbox: &mut mpsc::Receiver<Message>,
    head: &mut watch::Receiver<i64>,
) -> End<P::Fault> {
    let (answers, mut answered) = mpsc::channel(ANSWERS_MAX);
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let first = *head.borrow_and_update();
    session.handle(Input::FeedHead(first), peer.now());
    loop {
        while let Some(output) = session.poll() {
            match output {
                Output::Send(message) => peer.send(&message),
                Output::Up => peer.up(),
                Output::Down(reason) => return End::Down(reason),
                work @ (Output::ReadFeed { .. }
                | Output::Apply(_)
                | Output::Greet(_)
                | Output::Keep(_)) => {
                    let id = session.id();
                    tokio::spawn(answer(peer.clone(), id, work, answers.clone()));
                }
            }
        }
        let input = tokio::select! {
            message = inbox.recv() => match message {
                None => return End::Closed,
                Some(Message::Hello(hello)) if hello.session != session.id() => {
                    return End::Superseded(hello);
                }
                Some(message) => {
                    peer.heard(&message);
                    Input::Message(message)
                }
            },
            Some(answer) = answered.recv() => match answer {
                Ok(input) => input,
                Err(fault) => return End::Fault(fault),
            },
            changed = head.changed() => {
                if changed.is_err() {
                    return End::Closed;
                }
                Input::FeedHead(*head.borrow_and_update())
            }
            _ = ticks.tick() => Input::Tick,
        };
        session.handle(input, peer.now());
    }
}

async fn answer<P: Peer>(
    peer: Arc<P>,
    session: i64,
    work: Output,
    answers: mpsc::Sender<Result<Input, P::Fault>>,
) {
    let answer = match work {
        Output::ReadFeed { after } => peer.read(session, after).await.map(Input::FeedRead),
        Output::Apply(batch) => {
            let seq = batch.last;
            peer.apply(batch).await.map(|()| Input::Applied { seq })
        }
        Output::Greet(hello) => peer.greet(hello).await.map(Input::Greeted),
        Output::Keep(welcome) => peer.keep(welcome).await.map(|()| Input::Kept),
        Output::Send(_) | Output::Up | Output::Down(_) => return,
    };
    // A session that is over does not want the answer.
    let _ = answers.send(answer).await;
}
