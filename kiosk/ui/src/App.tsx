// Every step of a visit has an address, so that a screen that is loaded anew goes on where it
// was, also in the middle of a payment.

import { Route, Routes } from 'react-router';

import { Frame } from './parts/Frame';
import { AttractScreen } from './screens/AttractScreen';
import { CampaignsScreen } from './screens/CampaignsScreen';
import { HandOffScreen } from './screens/HandOffScreen';
import { JoinScreen } from './screens/JoinScreen';
import { NumberScreen } from './screens/NumberScreen';
import { OrderScreen } from './screens/OrderScreen';
import { PayScreen } from './screens/PayScreen';
import { PickUpScreen } from './screens/PickUpScreen';
import { ScreeningsScreen } from './screens/ScreeningsScreen';
import { SearchScreen } from './screens/SearchScreen';
import { SeatsScreen } from './screens/SeatsScreen';
import { StaffScreen } from './screens/StaffScreen';
import { StartScreen } from './screens/StartScreen';

export function App() {
  return (
    <Routes>
      <Route element={<Frame />}>
        <Route index element={<AttractScreen />} />
        <Route path="start" element={<StartScreen />} />
        <Route path="search" element={<SearchScreen />} />
        <Route path="screenings" element={<ScreeningsScreen />} />
        <Route path="screenings/:screening" element={<SeatsScreen />} />
        <Route path="holds/:hold" element={<PayScreen />} />
        <Route path="campaigns" element={<CampaignsScreen />} />
        <Route path="campaigns/:campaign" element={<JoinScreen />} />
        <Route path="orders/:order" element={<OrderScreen />} />
        <Route path="phone/:order" element={<HandOffScreen />} />
        <Route path="bookings" element={<NumberScreen />} />
        <Route path="bookings/:number" element={<PickUpScreen />} />
        <Route path="staff" element={<StaffScreen />} />
        <Route path="*" element={<AttractScreen />} />
      </Route>
    </Routes>
  );
}
