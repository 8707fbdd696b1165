//! The days of simulated sellers, one after another: what their sources would give us.
//!
//! Benign on purpose, with everything that looks like an intruder and is none: sales,
//! price cuts, batches of new goods, a changed password, phishing mails.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use sellkeep_model::{Account, ExpectedSource, Record};

use crate::seller::Seller;
use crate::takeover::Scenario;
use crate::{amazon, calendar, notice};

/// What is wished for.
pub struct Wish {
    /// Sellers.
    pub accounts: u32,
    /// Days.
    pub days: u32,
    /// The same seed gives the same lines.
    pub seed: u64,
    /// The first day.
    pub begin: Date,
    /// A takeover of the first account, on the last day but three.
    pub takeover: Option<&'static Scenario>,
}

/// One seller with what is known of him between two days.
struct Shop {
    seller: Seller,
    orders: u64,
    listings: u32,
    balance: f64,
    /// Dormant until the takeover.
    asleep: bool,
    second_tail: Option<&'static str>,
}

/// The days of all sellers: an iterator over days, each in the order of time.
pub struct Year {
    shops: Vec<Shop>,
    day: u32,
    wish: Wish,
}

impl Year {
    /// The sellers before their first day.
    pub fn new(wish: Wish) -> Year {
        let shop = |number| {
            let seller = Seller::new(wish.seed, number);
            let taken = wish.takeover.filter(|_| number == 0);
            Shop {
                listings: seller.size.listings(),
                seller,
                orders: 0,
                balance: 0.0,
                asleep: taken.is_some_and(|scenario| scenario.dormant),
                second_tail: taken.and_then(|scenario| scenario.second_tail),
            }
        };
        Year {
            shops: (0..wish.accounts).map(shop).collect(),
            day: 0,
            wish,
        }
    }

    /// The accounts as their owners would write them down.
    pub fn accounts(&self) -> Vec<Account> {
        let account = |shop: &Shop| {
            let mut account = shop.seller.account();
            account
                .deposit_tails
                .extend(shop.second_tail.map(str::to_owned));
            if shop.asleep {
                // A sleeping shop sends no mail; only the interface answers daily.
                account
                    .sources
                    .retain(|expected: &ExpectedSource| expected.source != "mailbox");
            }
            account
        };
        self.shops.iter().map(account).collect()
    }

    /// When the takeover begins.
    pub fn takeover_begins(&self) -> Option<Timestamp> {
        self.wish.takeover?;
        let day = self.wish.days.saturating_sub(4);
        Some(morning(self.wish.begin, day)? + SignedDuration::from_hours(10))
    }
}

impl Iterator for Year {
    type Item = Vec<Record>;

    fn next(&mut self) -> Option<Vec<Record>> {
        if self.day >= self.wish.days {
            return None;
        }
        let date = self
            .wish
            .begin
            .checked_add(i64::from(self.day).days())
            .ok()?;
        let midnight = morning(self.wish.begin, self.day)?;
        let mut records: Vec<Record> = Vec::new();
        let begins = self.takeover_begins();
        // From its first day on, the case itself is all that the taken account's sources tell.
        let taken = begins.is_some_and(|begin| begin < midnight + SignedDuration::from_hours(24));
        for shop in self.shops.iter_mut().skip(usize::from(taken)) {
            shop.day(date, midnight, &mut records);
        }
        if let (Some(scenario), Some(begin), Some(shop)) =
            (self.wish.takeover, begins, self.shops.first())
        {
            // The whole case is given on its first day; a reader orders lines by time anyway.
            if begin >= midnight && begin < midnight + SignedDuration::from_hours(24) {
                records.extend(scenario.records(&shop.seller, begin));
            }
        }
        records.sort_by_key(|record| record.at);
        self.day += 1;
        Some(records)
    }
}

fn morning(begin: Date, day: u32) -> Option<Timestamp> {
    let date = begin.checked_add(i64::from(day).days()).ok()?;
    date.to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

impl Shop {
    fn day(&mut self, date: Date, midnight: Timestamp, records: &mut Vec<Record>) {
        let at = |hours: i64| midnight + SignedDuration::from_hours(hours);
        let mut methods = vec![amazon::own_method(&self.seller, true)];
        if let Some(tail) = self.second_tail {
            methods.push(amazon::method(
                "pm-second",
                tail,
                self.seller.country,
                "Own Shop",
                false,
            ));
        }
        records.push(amazon::payment_methods(&self.seller, at(3), &methods));
        if self.asleep {
            return;
        }
        self.sell(date, midnight, records);
        self.pay(date, midnight, records);
        self.tend(midnight, records);
        self.mails(midnight, records);
    }

    /// Orders over the hours of the day.
    fn sell(&mut self, date: Date, midnight: Timestamp, records: &mut Vec<Record>) {
        let mean = self.seller.size.orders_a_day() * calendar::factor(date);
        for hour in 0..24i8 {
            let count = self.seller.dice.count(mean * calendar::hour_share(hour));
            for _ in 0..count {
                self.orders += 1;
                let minute = i64::try_from(self.seller.dice.below(60)).unwrap_or_default();
                let at = midnight + SignedDuration::from_mins(i64::from(hour) * 60 + minute);
                let sku = Seller::sku(
                    u32::try_from(self.seller.dice.below(u64::from(self.listings.max(1))))
                        .unwrap_or_default(),
                );
                self.balance += 8.0 + self.seller.dice.fraction() * 40.0;
                records.push(amazon::order(
                    &self.seller,
                    at,
                    self.orders,
                    &sku,
                    self.seller.handling_days,
                ));
            }
        }
    }

    /// A payout every two weeks, announced a week before.
    fn pay(&mut self, date: Date, midnight: Timestamp, records: &mut Vec<Record>) {
        let at = |hours: i64| midnight + SignedDuration::from_hours(hours);
        let phase = date.day_of_year() % 14;
        let tail = self.seller.tail.clone();
        if phase == 7 {
            let due = at(7 * 24 + 9);
            records.push(amazon::expected_payout(
                &self.seller,
                at(4),
                due,
                self.balance * 1.6,
                &tail,
            ));
        }
        if phase == 0 {
            let id = format!("po-{}-{}", self.seller.id, date);
            records.push(amazon::payout(
                &self.seller,
                at(9),
                &id,
                "SCHEDULED",
                "STARTED",
                self.balance,
                &tail,
            ));
            records.push(notice::genuine(&self.seller, at(10), &notice::PAYOUT));
            self.balance = 0.0;
        }
        if phase % 2 == 1 {
            records.push(amazon::balances(&self.seller, at(5), self.balance));
        }
    }

    /// New goods in batches, prices up and down, a sale now and then.
    fn tend(&mut self, midnight: Timestamp, records: &mut Vec<Record>) {
        let at = |minutes: i64| midnight + SignedDuration::from_mins(minutes);
        if self.seller.dice.chance(self.seller.batches_a_year / 365.0) {
            let batch = 3 + self.seller.dice.below(u64::from(self.listings) / 4 + 2);
            for number in 0..batch {
                let made = at(600 + i64::try_from(number / 2).unwrap_or_default());
                records.push(amazon::listing_notice(
                    &self.seller,
                    made,
                    &Seller::sku(self.listings),
                    made,
                ));
                self.listings += 1;
            }
        }
        if self.seller.dice.chance(0.08) {
            let share = if self.seller.dice.chance(0.2) { 3 } else { 20 };
            let count = (self.listings / share).clamp(1, 60);
            let cut = 0.7 + self.seller.dice.fraction() * 0.4;
            let made = midnight - SignedDuration::from_hours(24 * 90);
            let items: Vec<_> = (0..count)
                .map(|number| {
                    let price = (15.0 + f64::from(number % 40)) * cut;
                    amazon::listing(
                        &self.seller,
                        &Seller::sku(number),
                        made,
                        at(700),
                        price,
                        10 + number % 30,
                    )
                })
                .collect();
            records.push(amazon::changed_listings(&self.seller, at(705), &items));
        }
    }

    /// Notices of orders, newsletters, fakes, and now and then a change the owner made.
    fn mails(&mut self, midnight: Timestamp, records: &mut Vec<Record>) {
        let dice = &mut self.seller.dice;
        let changes = dice.chance(self.seller.changes_a_year / 365.0);
        let (sold, fake) = (dice.chance(0.5), dice.chance(0.1));
        let news = dice.count(3.0);
        let minute = i64::try_from(dice.below(600)).unwrap_or_default();
        let at = |minutes: i64| midnight + SignedDuration::from_mins(400 + minutes);
        if sold {
            records.push(notice::genuine(&self.seller, at(minute), &notice::SOLD));
        }
        if fake {
            records.push(notice::forged(
                &self.seller,
                at(minute / 2),
                &notice::PASSWORD,
            ));
        }
        for number in 0..i64::from(news) {
            let sender = format!("news@shop-{}.example.org", number % 7);
            records.push(notice::ordinary(
                &self.seller,
                at(minute / 3 + number),
                &sender,
                "News of the week",
            ));
        }
        if changes {
            records.push(notice::genuine(&self.seller, at(minute), &notice::PASSWORD));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::takeover::SCENARIOS;

    fn wish(takeover: Option<&'static Scenario>) -> Wish {
        Wish {
            accounts: 3,
            days: 20,
            seed: 7,
            begin: jiff::civil::date(2026, 1, 1),
            takeover,
        }
    }

    #[test]
    fn the_same_wish_gives_the_same_lines() {
        let lines = || -> Vec<Record> { Year::new(wish(None)).flatten().collect() };
        let one = lines();
        assert!(one.len() > 100);
        assert_eq!(one, lines());
    }

    #[test]
    fn every_takeover_adds_its_records_to_the_first_account() {
        for scenario in SCENARIOS {
            let year = Year::new(wish(Some(scenario)));
            let begin = year.takeover_begins().expect("a begin");
            let own = scenario.records(&Seller::new(7, 0), begin);
            let records: Vec<Record> = year.flatten().collect();
            let told = |record: &&Record| record.account == "seller-00000" && record.at >= begin;
            let mut told: Vec<&Record> = records.iter().filter(told).collect();
            told.sort_by_key(|record| record.at);
            let mut own: Vec<&Record> = own.iter().collect();
            own.sort_by_key(|record| record.at);
            assert_eq!(told, own, "{}", scenario.name);
        }
    }

    #[test]
    fn a_sleeping_shop_sells_nothing() {
        let sleeping = SCENARIOS.iter().find(|scenario| scenario.dormant);
        let records: Vec<Record> = Year::new(wish(sleeping)).flatten().collect();
        let begin = Year::new(wish(sleeping))
            .takeover_begins()
            .expect("a begin");
        let first = |record: &&Record| record.account == "seller-00000" && record.at < begin;
        assert!(
            records
                .iter()
                .filter(first)
                .all(|record| record.operation.as_deref() == Some("getPaymentMethods"))
        );
    }
}
