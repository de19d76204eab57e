// Every state of the web has an address: these.

import { Route, Routes } from 'react-router';

import { BookingPage } from './pages/bookings/BookingPage';
import { LookupPage } from './pages/bookings/LookupPage';
import { CampaignPage } from './pages/campaigns/CampaignPage';
import { CampaignsPage } from './pages/campaigns/CampaignsPage';
import { CheckoutPage } from './pages/checkout/CheckoutPage';
import { HomePage } from './pages/home/HomePage';
import { BrowsePage } from './pages/movies/BrowsePage';
import { MoviePage } from './pages/movies/MoviePage';
import { ConflictPage } from './pages/operator/ConflictPage';
import { ConflictsPage } from './pages/operator/ConflictsPage';
import { BooksPage } from './pages/operator/books/BooksPage';
import { StatementPage } from './pages/operator/books/StatementPage';
import { DeskPage } from './pages/operator/campaigns/DeskPage';
import { FilePage } from './pages/operator/campaigns/FilePage';
import { NodesPage } from './pages/operator/NodesPage';
import { OperatorPage } from './pages/operator/OperatorPage';
import { RankingPage } from './pages/operator/RankingPage';
import { NotFoundPage } from './pages/NotFoundPage';
import { FailPage } from './pages/pay/FailPage';
import { PayPage } from './pages/pay/PayPage';
import { SuccessPage } from './pages/pay/SuccessPage';
import { ClaimPage } from './pages/pledges/ClaimPage';
import { PledgePage } from './pages/pledges/PledgePage';
import { SearchPage } from './pages/search/SearchPage';
import { SeatsPage } from './pages/seats/SeatsPage';
import { TheaterPage } from './pages/theaters/TheaterPage';
import { TheatersPage } from './pages/theaters/TheatersPage';
import { Frame } from './parts/Frame';

export function App() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<HomePage />} />
        <Route path="movies" element={<BrowsePage />} />
        <Route path="movies/:movie" element={<MoviePage />} />
        <Route path="search" element={<SearchPage />} />
        <Route path="theaters" element={<TheatersPage />} />
        <Route path="theaters/:theater" element={<TheaterPage />} />
        <Route path="screenings/:screening" element={<SeatsPage />} />
        <Route path="checkout/:hold" element={<CheckoutPage />} />
        <Route path="pay/:order" element={<PayPage />} />
        <Route path="pay/:order/success" element={<SuccessPage />} />
        <Route path="pay/:order/fail" element={<FailPage />} />
        <Route path="campaigns" element={<CampaignsPage />} />
        <Route path="campaigns/:campaign" element={<CampaignPage />} />
        <Route path="pledges/:number" element={<PledgePage />} />
        <Route path="pledges/:number/seats" element={<ClaimPage />} />
        <Route path="bookings" element={<LookupPage />} />
        <Route path="bookings/:number" element={<BookingPage />} />
        <Route path="operator" element={<OperatorPage />}>
          <Route index element={<ConflictsPage />} />
          <Route path="conflict" element={<ConflictPage />} />
          <Route path="campaigns" element={<DeskPage />} />
          <Route path="campaigns/:campaign" element={<FilePage />} />
          <Route path="payments" element={<BooksPage />} />
          <Route path="payments/:account" element={<StatementPage />} />
          <Route path="nodes" element={<NodesPage />} />
          <Route path="ranking" element={<RankingPage />} />
        </Route>
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}
