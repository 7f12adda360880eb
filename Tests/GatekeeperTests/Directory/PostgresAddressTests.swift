import Testing

@testable import Gatekeeper

@Suite struct PostgresAddressTests {
    struct Row: Sendable {
        let url: String
        let problem: PostgresAddress.Problem?

        init(_ url: String, _ problem: PostgresAddress.Problem? = nil) {
            self.url = url
            self.problem = problem
        }
    }

    @Test(
        "another machine has to prove who it is; this one does not",
        arguments: [
            Row("postgres://g@127.0.0.1/postgres"), Row("postgresql://g:p%40ss@localhost:5433/a"),
            Row("postgres://g@[::1]/a"), Row("postgres://g@/a?host=/run/postgresql"),
            Row("postgres://g@%2Frun%2Fpostgresql/a"),
            Row("postgres://g@db.example/a?sslmode=verify-full"),
            Row("postgres://g@db.example/a?sslmode=verify-ca&sslrootcert=/etc/ca.pem"),
            Row("postgres://g@db.example/a?hostaddr=127.0.0.1"),
            Row("postgres://g@db.example/a", .exposed(host: "db.example")),
            Row("postgres://g@db.example/a?sslmode=require", .exposed(host: "db.example")),
            Row("postgres://g@localhost,db.example/a", .exposed(host: "db.example")),
            Row("postgres://g@localhost/a?hostaddr=192.0.2.7", .exposed(host: "192.0.2.7")),
            Row("postgres://g@localhost/a?sslmode=sometimes", .unknownMode("sometimes")),
            Row("postgres:///a", .noHost), Row("postgres://g@localhost,/a", .noHost),
            Row("postgres://localhost/a?service=production", .noHost),
            Row("http://localhost/a", .notAURL), Row("host=localhost", .notAURL),
            Row("postgres://localhost/a?nonsense=1", .notAURL),
            Row("postgres://local%zzhost/a", .notAURL),
        ]
    )
    func hosts(_ row: Row) {
        let found: PostgresAddress.Problem?
        do throws(PostgresAddress.Problem) {
            _ = try PostgresAddress(row.url)
            found = nil
        } catch {
            found = error
        }
        #expect(found == row.problem, "\(row.url)")
    }

    @Test("values are quoted as libpq reads them, and what the URL says is not overridden")
    func connectionString() throws {
        let address = try PostgresAddress("postgres://g:a'b%5Cc%20d@localhost/db?keepalives_idle=7")
            .settingDefault("keepalives_idle", "15").settingDefault("application_name", "x")
        let text = address.connectionString
        #expect(text.contains(#"password='a\'b\\c d'"#))
        #expect(text.contains("keepalives_idle='7'"))
        #expect(text.contains("application_name='x'"))
        #expect(text.contains("sslmode='prefer'"))
    }
}

@Suite struct UniqueIDTests {
    @Test(
        "only the one spelling that issuers use is an identifier",
        arguments: [
            ("0b9a3c1e-5d7f-4a21-9e30-61c2aa40f001", true),
            ("0B9A3C1E-5D7F-4A21-9E30-61C2AA40F001", false),
            ("{0b9a3c1e-5d7f-4a21-9e30-61c2aa40f001}", false),
            ("0b9a3c1e5d7f4a219e3061c2aa40f001", false),
            ("0b9a3c1e-5d7f-4a21-9e30-61c2aa40f00", false),
            ("0b9a3c1e-5d7f-4a21-9e30-61c2aa40f00g", false),
            ("0b9a3c1e-5d7f-4a21-9e3-061c2aa40f001", false), ("", false), ("olga", false),
        ]
    )
    func spelling(text: String, isOne: Bool) {
        #expect((UniqueID(text) != nil) == isOne)
    }

    @Test("its bytes are the digits")
    func bytes() {
        let id = UniqueID("00010203-0405-0607-0809-0a0b0c0d0eff")
        #expect(id?.bytes == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255])
    }
}
