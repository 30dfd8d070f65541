select * from read_csv('/home/ada/x.csv')
