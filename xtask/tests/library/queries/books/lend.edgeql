insert Loan { book := assert_exists((select Book filter .isbn = <Isbn>$isbn)), since := <datetime>$since };
