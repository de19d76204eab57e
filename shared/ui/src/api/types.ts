// What travels over the API, by the names of the OpenAPI document's schemas. The types are
// generated from what the programs say of themselves; here they only get short names.

import type { components as Hub } from './generated/hub';
import type { components as Kiosk } from './generated/kiosk';

type HubSchema = Hub['schemas'];
type KioskSchema = Kiosk['schemas'];

export type LinkState = HubSchema['LinkState'];
export type Link = HubSchema['Link'];

export type Rating = HubSchema['Rating'];
export type Role = HubSchema['Role'];
export type PersonView = HubSchema['PersonView'];
export type MovieSummary = HubSchema['MovieSummary'];
export type MovieDetail = HubSchema['MovieDetail'];
export type MoviePage = HubSchema['MoviePage'];
export type MovieSearch = HubSchema['MovieSearch'];
export type MovieHit = HubSchema['MovieHit'];
export type MatchedText = HubSchema['MatchedText'];
export type MatchedField = HubSchema['MatchedField'];
export type GenreView = HubSchema['GenreView'];
export type LikeView = HubSchema['LikeView'];

export type BoardView = HubSchema['BoardView'];
export type BoardLine = HubSchema['BoardLine'];
export type PopularCampaigns = HubSchema['PopularCampaigns'];
export type WantedMovies = HubSchema['WantedMovies'];
export type ExcludedTerm = HubSchema['ExcludedTerm'];

export type AuditoriumView = HubSchema['AuditoriumView'];
export type AuditoriumName = HubSchema['AuditoriumName'];
export type TheaterView = HubSchema['TheaterView'];
export type TheaterName = HubSchema['TheaterName'];

export type Sale = HubSchema['Sale'];
export type ZonePriceView = HubSchema['ZonePriceView'];
export type ScreeningSummary = HubSchema['ScreeningSummary'];
export type ScreeningList = HubSchema['ScreeningList'];

export type SeatKind = HubSchema['SeatKind'];
export type Seat = HubSchema['Seat'];
export type SeatMapView = HubSchema['SeatMapView'];
export type SeatLook = HubSchema['SeatLook'];
export type SeatStateView = HubSchema['SeatStateView'];
export type ElsewhereView = HubSchema['ElsewhereView'];
export type SeatsView = HubSchema['SeatsView'];
export type BestSeats = HubSchema['BestSeats'];
export type SuggestedSeat = HubSchema['SuggestedSeat'];
export type SeatsChanged = HubSchema['SeatsChanged'];
export type ViewersChanged = HubSchema['ViewersChanged'];
/** The data of a `link` event, which the document names but has no schema for. */
export type LinkChanged = Link & { theater: HubSchema['TheaterId'] };

export type PricedSeat = HubSchema['PricedSeat'];
export type HoldView = HubSchema['HoldView'];

export type BookingStatus = HubSchema['BookingStatus'];
export type Tender = HubSchema['Tender'];
export type TicketView = HubSchema['TicketView'];
export type BookingView = HubSchema['BookingView'];

export type TerminalView = KioskSchema['TerminalView'];
export type KioskView = KioskSchema['KioskView'];
export type PaymentStatus = KioskSchema['PaymentStatus'];
export type NotCharged = KioskSchema['NotCharged'];
export type PaymentView = KioskSchema['PaymentView'];
export type SimulatedCard = KioskSchema['SimulatedCard'];

export type ByPhone = KioskSchema['ByPhone'];
export type HandOffView = KioskSchema['HandOffView'];

export type TenderKind = KioskSchema['TenderKind'];
export type SimulatedLine = KioskSchema['Line'];

export type CampaignHere = KioskSchema['CampaignHere'];
export type JoinCampaign = KioskSchema['JoinCampaign'];
export type KioskPledge = KioskSchema['KioskPledge'];

export type DeskOrder = KioskSchema['DeskOrder'];
export type DeskView = KioskSchema['DeskView'];
export type CashTaken = KioskSchema['CashTaken'];
export type RefundQuote = KioskSchema['RefundQuote'];
export type CounterRefund = KioskSchema['CounterRefund'];
export type OpenTill = KioskSchema['OpenTill'];
export type CloseView = KioskSchema['CloseView'];
export type TillTotals = KioskSchema['Totals'];
export type Difference = KioskSchema['Difference'];

export type KioskStanding = KioskSchema['KioskStanding'];
export type ByHand = KioskSchema['ByHand'];
export type Doubts = KioskSchema['Doubts'];
export type DoubtsSettled = KioskSchema['DoubtsSettled'];

export type Remedy = HubSchema['Remedy'];
export type ConflictSummary = HubSchema['ConflictSummary'];
export type ConflictList = HubSchema['ConflictList'];
export type ConflictDetail = HubSchema['ConflictDetail'];
export type ClaimView = HubSchema['ClaimView'];
export type RemedyView = HubSchema['RemedyView'];
export type DecisionView = HubSchema['DecisionView'];
export type Decide = HubSchema['Decide'];
export type NodeView = HubSchema['NodeView'];
export type ReplicaView = HubSchema['ReplicaView'];
export type ReplicaList = HubSchema['ReplicaList'];
export type WhichCopy = HubSchema['WhichCopy'];
export type Fleet = HubSchema['Fleet'];
export type Carried = HubSchema['Carried'];

export type ErrorCode = HubSchema['ErrorCode'];
export type SeatReason = HubSchema['SeatReason'];
export type SeatProblem = HubSchema['SeatProblem'];
export type ProblemDetails = HubSchema['Problem'];

export type Phase = HubSchema['Phase'];
export type OfferView = HubSchema['OfferView'];
export type TallyView = HubSchema['TallyView'];
export type WindowsView = HubSchema['WindowsView'];
export type BankAccount = HubSchema['BankAccount'];
export type BooksDecision = HubSchema['BooksDecision'];
export type AwaitedAccount = HubSchema['AwaitedAccount'];
export type PaidBackView = HubSchema['PaidBackView'];
export type BuyersBackView = HubSchema['BuyersBackView'];
export type CampaignRules = HubSchema['CampaignRules'];
export type CampaignProgress = HubSchema['CampaignProgress'];
export type CampaignView = HubSchema['CampaignView'];
export type CampaignPage = HubSchema['CampaignPage'];
export type ReturnReason = HubSchema['ReturnReason'];
export type NoticeView = HubSchema['NoticeView'];
export type PledgeStatus = HubSchema['PledgeStatus'];
export type PledgeView = HubSchema['PledgeView'];
export type Slot = HubSchema['Slot'];
export type MakeRequest = HubSchema['MakeRequest'];
export type MovieRequests = HubSchema['MovieRequests'];
export type WishedFilm = HubSchema['WishedFilm'];
/** A theater's terms alone. */
export type OfferTerms = Omit<HubSchema['OfferCampaign'], 'by' | 'note'>;
export type CampaignStep = HubSchema['CampaignStep'];
export type CampaignFile = HubSchema['CampaignFile'];

export type IfGone = HubSchema['IfGone'];
export type SeatsGiven = HubSchema['SeatsGiven'];
export type OverBecause = HubSchema['OverBecause'];
export type DepositAccount = HubSchema['DepositAccount'];
export type OrderView = HubSchema['OrderView'];
export type AttemptView = HubSchema['AttemptView'];
export type ConfirmOrder = HubSchema['ConfirmOrder'];
export type RefundOffer = HubSchema['RefundOffer'];
export type RefundView = HubSchema['RefundView'];
export type GuestBookingView = HubSchema['GuestBookingView'];

export type MakePledge = HubSchema['MakePledge'];

export type AccountView = HubSchema['AccountView'];
export type Statement = HubSchema['Statement'];
export type StatementLine = HubSchema['StatementLine'];
export type CompareBooks = HubSchema['CompareBooks'];
export type ComparisonView = HubSchema['ComparisonView'];
export type BooksDifference = HubSchema['BooksDifference'];
